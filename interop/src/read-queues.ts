import type { Client, Message } from '@rocketeer/client'

/** Pulls every message of a topic, from the first to the last of each queue; the keys are queue ids. */
export async function readQueues(client: Client, topic: string): Promise<Map<number, Message[]>> {
  const queues = new Map<number, Message[]>()
  for (const queue of await client.admin().topics.queues(topic)) {
    const messages: Message[] = []
    const end = await client.admin().offsets.max(queue)
    let offset = await client.admin().offsets.min(queue)
    while (offset < end) {
      const pulled = await client.pull(queue, offset, { messagesMax: 32 })
      if (pulled.nextOffset <= offset)
        throw new Error(`no way past offset ${offset} of ${topic}/${queue.queueId}`)
      messages.push(...pulled.messages)
      offset = pulled.nextOffset
    }
    queues.set(queue.queueId, messages)
  }
  return queues
}

/** The content of a message, without properties that the broker adds when it is read. */
export function contentOf(message: Message) {
  const { topic, queueOffset, messageId, tag, keys, bornTimestamp, storeTimestamp, physicalOffset } = message
  return {
    topic,
    queueOffset,
    messageId,
    tag,
    keys,
    bornTimestamp,
    storeTimestamp,
    physicalOffset,
    body: message.body.toString('latin1'),
    userProperties: message.userProperties,
  }
}
