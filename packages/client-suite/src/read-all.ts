import type { Client, Message, MessageQueue } from '@rocketeer/client'
import { eventually } from '@rocketeer/test-kit'

/** All messages of a topic, queue by queue, once there are `messagesMin`. */
export function readAll(client: Client, topic: string, messagesMin: number): Promise<Message[]> {
  return eventually(async () => {
    const queues = await client.admin().topics.queues(topic)
    const found = await Promise.all(queues.map((queue) => readQueue(client, queue)))
    return found.flat().length >= messagesMin && found.flat()
  })
}

/** Waits for the retries, and until the dead-letter topic exists. */
export function readDeadLetters(client: Client, group: string): Promise<Message[]> {
  return eventually(() => readAll(client, `%DLQ%${group}`, 1), { withinMs: 30_000 })
}

async function readQueue(client: Client, queue: MessageQueue): Promise<Message[]> {
  const found: Message[] = []
  for (let offset = 0; ; ) {
    const { messages, nextOffset, maxOffset } = await client.pull(queue, offset)
    found.push(...messages)
    offset = nextOffset
    if (offset >= maxOffset) return found
  }
}
