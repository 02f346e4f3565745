import { z } from '@rocketeer/foundation'
import type { MessageToSend } from '../messages/outgoing.js'
import type { Message } from '../messages/received-message.js'
import type { MessageQueue } from '../routing/message-queue.js'

export const producerOptionsSchema = z.strictObject({
  /** Producers doing the same work share a name; transactions are checked with any of them. */
  group: z.string().default('rocketeer'),
  /** How long a send may take, attempts at other brokers included. Apache: sendMsgTimeout. */
  sendTimeoutMs: z.int().positive().default(3_000),
  /** Further attempts when a broker fails. Apache: retryTimesWhenSendFailed. */
  retryTimesWhenSendFailed: z.int().min(0).max(16).default(2),
  /** Avoid brokers that were slow or failed lately, for up to 30 s. */
  sendLatencyFaultEnable: z.boolean().default(false),
  /** Bodies longer than this are packed with zlib; `Infinity` never. Apache: compressMsgBodyOverHowmuch. */
  compressBodyOverBytes: z.number().min(0).default(4096),
  /** 1 is fast, 9 small. */
  compressLevel: z.int().min(1).max(9).default(5),
  /** The longest body, before packing. Brokers have a limit of their own (maxMessageSize). */
  messageBytesMax: z
    .int()
    .positive()
    .default(4 * 1024 * 1024),
  /** Queues per broker a topic gets that the first message creates. Apache: defaultTopicQueueNums. */
  newTopicQueues: z.int().positive().max(1024).default(4),
})

/** What `client.producer` takes. */
export type ProducerOptions = z.input<typeof producerOptionsSchema>
export type ProducerConfig = Readonly<z.output<typeof producerOptionsSchema>>

/** Chooses the queue of a message; the list is sorted and the same for all producers. */
export type QueueSelector = (queues: readonly MessageQueue[], message: MessageToSend) => MessageQueue

/** At most one of `queue`, `selector` and `orderKey`; with one of them other brokers are not tried. */
export interface SendOptions {
  /** Overrides `sendTimeoutMs`. */
  timeoutMs?: number | undefined
  /** Gives up; the message may have been stored all the same. */
  signal?: AbortSignal | undefined
  queue?: { brokerName: string; queueId: number } | undefined
  selector?: QueueSelector | undefined
  /** Messages of one key go to one queue while the queues stay the same; for their order await each before the next. */
  orderKey?: string | undefined
}

export type SendStatus = 'SEND_OK' | 'FLUSH_DISK_TIMEOUT' | 'FLUSH_SLAVE_TIMEOUT' | 'SLAVE_NOT_AVAILABLE'

/** What the broker said. Apache: SendResult. */
export interface SendReceipt {
  /** Stored in every case; `SEND_OK` says it was stored as durably as the broker is configured to. */
  status: SendStatus
  /** The unique id, the same as the consumer's `message.messageId`. */
  messageId: string
  /** Where the broker stored it. */
  offsetMessageId: string
  topic: string
  queue: { brokerName: string; queueId: number }
  queueOffset: number
  /** Takes the message back while it waits for its time: `producer.recall`. Of messages with a delivery time only. */
  recallHandle?: string
}

/** `messageIds` and `offsetMessageIds` are in the order of the messages; `queueOffset` is the first one's. */
export interface BatchReceipt extends Omit<SendReceipt, 'messageId' | 'offsetMessageId'> {
  messageIds: string[]
  offsetMessageIds: string[]
}

/** A received message as one to send again, with what its sender put into it except an order key; a new unique id is given. */
export function toSendAgain(message: Message): MessageToSend {
  const { topic, body, keys, tag, userProperties: properties, flag, priority } = message
  return { topic, body, tag, properties, flag, priority, ...(keys.length > 0 && { keys }) }
}
