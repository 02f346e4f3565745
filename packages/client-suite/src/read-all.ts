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

async function readQueue(client: Client, queue: MessageQueue): Promise<Message[]> {
  const found: Message[] = []
  for (let offset = 0; ; ) {
    const { messages, nextOffset, maxOffset } = await client.pull(queue, offset)
    found.push(...messages)
    offset = nextOffset
    if (offset >= maxOffset) return found
  }
}
