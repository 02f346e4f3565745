import { RETRY_TOPIC_PREFIX } from '@rocketeer/protocol'
import { BatchMessages } from '@rocketeer/protocol/bodies'
import { sendBatchMessage } from '@rocketeer/protocol/commands'
import { clientErrors } from '../errors.js'
import { isDelayed, type MessageToSend, prepareMessage } from '../messages/outgoing.js'
import type { Parcel } from './delivery.js'

export interface BatchParcel extends Parcel {
  /** In the order of the messages. */
  readonly messageIds: string[]
}

/**
 * Several messages as one request. Throws `MESSAGE_INVALID`, `MESSAGE_TOO_LARGE` or `TOPIC_INVALID`. Apache:
 * MessageBatch.generateFromList, DefaultMQProducer.batch.
 */
export function batchParcel(
  messages: readonly MessageToSend[],
  bytesMax: number,
  orderKey: string | undefined,
): BatchParcel {
  if (!Array.isArray(messages) || messages.length === 0)
    throw clientErrors.MESSAGE_INVALID({ problem: 'the batch is empty: an array of messages is needed' })
  const prepared = messages.map((message) => prepareMessage(message, bytesMax, orderKey))
  const topic = prepared[0]!.topic
  for (const [index, message] of messages.entries()) {
    const problem = problemOf(message, topic)
    if (problem !== undefined)
      throw clientErrors.MESSAGE_INVALID({ problem: `message ${index} of the batch ${problem}` })
  }
  const body = BatchMessages.encode(
    prepared.map(({ flag, body, properties }) => ({ flag, body, properties })),
  )
  if (body.length > bytesMax) {
    throw clientErrors.MESSAGE_TOO_LARGE({ what: 'the batch', bytes: body.length, bytesMax })
  }
  const messageIds = prepared.map(({ messageId }) => messageId)
  const request = { command: sendBatchMessage, topic, body, sysFlag: 0, flag: 0, batch: true }
  // The batch itself is a message in the eyes of brokers that keep it in one record; its id is that of all.
  return { ...request, properties: '', messageIds }
}

function problemOf(message: MessageToSend, topic: string): string | undefined {
  if (message.topic !== topic)
    return `goes to the topic "${message.topic}", the first one to "${topic}": all of a batch need the same`
  if (topic.startsWith(RETRY_TOPIC_PREFIX)) return 'goes to a retry topic: send it alone'
  if (isDelayed(message)) return 'is delayed: send it alone'
  if (message.priority !== undefined) return 'has a priority, which chooses the queue: send it alone'
  return undefined
}
