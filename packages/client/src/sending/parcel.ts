import { RETRY_TOPIC_PREFIX } from '@rocketeer/protocol'
import { BatchMessages } from '@rocketeer/protocol/bodies'
import { sendBatchMessage, sendMessageV2 } from '@rocketeer/protocol/commands'
import { clientErrors } from '../errors.js'
import { compress } from '../messages/compression.js'
import {
  isDelayed,
  type MessageLimits,
  type MessageToSend,
  type PreparedMessage,
  prepareMessage,
} from '../messages/outgoing.js'
import type { ProducerConfig } from './producer-options.js'

/** What one send request carries: a message, or a batch. */
export interface Parcel {
  command: typeof sendMessageV2
  topic: string
  body: Buffer
  properties: string
  sysFlag: number
  flag: number
  batch: boolean
  /** Of a message sent back: how many times it was delivered again, and how many times it may be. */
  reconsumeTimes?: number | undefined
  retriesMax?: number | undefined
  /** When it was sent first, milliseconds since the epoch; now unless given. */
  bornTimestamp?: number | undefined
}

/** One message as a parcel, its body packed when it is long. */
export function packMessage(message: PreparedMessage, config: ProducerConfig): Parcel | Promise<Parcel> {
  const { topic, body, properties, flag } = message
  const parcel = { command: sendMessageV2, topic, body, properties, sysFlag: 0, flag, batch: false }
  if (body.length <= config.compressBodyOverBytes) return parcel
  const packed = compress(body, config.compressLevel)
  return packed instanceof Promise
    ? packed.then((value) => ({ ...parcel, ...value }))
    : { ...parcel, ...packed }
}

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
  limits: MessageLimits,
  orderKey: string | undefined,
): BatchParcel {
  if (!Array.isArray(messages) || messages.length === 0)
    throw clientErrors.MESSAGE_INVALID({ problem: 'the batch is empty: an array of messages is needed' })
  const prepared = messages.map((message) => prepareMessage(message, limits, orderKey))
  const topic = prepared[0]!.topic
  for (const [index, message] of messages.entries()) {
    const problem = problemOf(message, topic)
    if (problem !== undefined)
      throw clientErrors.MESSAGE_INVALID({ problem: `message ${index} of the batch ${problem}` })
  }
  const body = BatchMessages.encode(
    prepared.map(({ flag, body, properties }) => ({ flag, body, properties })),
  )
  const { messageBytesMax: bytesMax } = limits
  if (body.length > bytesMax) {
    throw clientErrors.MESSAGE_TOO_LARGE({ what: 'the batch', bytes: body.length, bytesMax })
  }
  const messageIds = prepared.map(({ messageId }) => messageId)
  const request = { command: sendBatchMessage, topic, body, sysFlag: 0, flag: 0, batch: true }
  // A batch has no properties of its own: those of its messages are in the body.
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
