import { option, z } from '@rocketeer/foundation'
import { type JournalOptions, journalOption } from '../journal/journal-options.js'
import { DEFAULT_LIMITS, type MessageContent, type MessageToSend } from '../messages/outgoing.js'
import type { Message } from '../messages/received-message.js'
import type { MessageQueue } from '../routing/message-queue.js'

/** What `client.producer` takes. */
export interface ProducerOptions {
  /** The producer group, `'rocketeer'`: producers that do the same work share a name. */
  group?: string | undefined
  /** How long a whole send may take, with all its attempts and the pauses between them, 3,000 ms. Apache: sendMsgTimeout. */
  sendTimeoutMs?: number | undefined
  /**
   * Further attempts when a broker may have got the message and failed, 2; while none can be reached, attempts are not
   * counted. Apache: retryTimesWhenSendFailed.
   */
  sendRetriesMax?: number | undefined
  /**
   * Avoids brokers that were slow or failed lately, for up to 30 s. False by default. Apache: sendLatencyFaultEnable.
   */
  avoidSlowBrokers?: boolean | undefined
  /**
   * Bodies longer than this are packed with zlib, 4096 bytes; `Infinity` packs none. Apache:
   * compressMsgBodyOverHowmuch.
   */
  compressBodyOverBytes?: number | undefined
  /** The level of zlib, from 1, which is fast, to 9, which is small; 5. */
  compressLevel?: number | undefined
  /** The longest body, before packing, 4 MiB. Brokers have a limit of their own, `messageBytesMax`, too. Apache: maxMessageSize. */
  messageBytesMax?: number | undefined
  /**
   * The highest delay level that the brokers have (`delayLevels`), 18: a message with a higher one is refused, where
   * brokers would take their highest without a word.
   */
  delayLevelMax?: number | undefined
  /** Queues per broker that a topic gets when its first message creates it, 4. Apache: defaultTopicQueueNums. */
  newTopicQueues?: number | undefined
}

export const producerOptionsSchema = z.strictObject({
  group: z.string().default('rocketeer'),
  sendTimeoutMs: option.milliseconds().default(3_000),
  sendRetriesMax: z.int().min(0).max(16).default(2),
  avoidSlowBrokers: z.boolean().default(false),
  compressBodyOverBytes: option.orNever(z.number().min(0)).default(4096),
  compressLevel: z.int().min(1).max(9).default(5),
  messageBytesMax: z.int().positive().default(DEFAULT_LIMITS.messageBytesMax),
  delayLevelMax: z.int().positive().max(1_000).default(DEFAULT_LIMITS.delayLevelMax),
  newTopicQueues: z.int().positive().max(1024).default(4),
})

/** What `client.producer` takes besides for a producer with a journal. */
export interface JournalingProducerOptions extends ProducerOptions {
  /**
   * Where messages go while no broker takes them, to be delivered in order when one does: a directory on a local disk, of
   * this producer alone.
   */
  journal: string | JournalOptions
}

export const journalingProducerOptionsSchema = producerOptionsSchema.extend({ journal: journalOption })

export type ProducerConfig = Readonly<z.output<typeof producerOptionsSchema>>

/** Chooses the queue of a message; the list is sorted and the same for all producers. */
export type QueueSelector = (queues: readonly MessageQueue[], message: MessageToSend) => MessageQueue

/** At most one of `queue`, `selector` and `orderKey`; with one of them the send waits for the broker of that queue. */
export interface SendOptions {
  /** Overrides `sendTimeoutMs`. */
  timeoutMs?: number | undefined
  /** Gives the send up when aborted; the message may have been stored all the same. */
  signal?: AbortSignal | undefined
  /** Sends to this queue of the topic. */
  queue?: { brokerName: string; queueId: number } | undefined
  /** Sends to the queue it chooses. */
  selector?: QueueSelector | undefined
  /** Messages of one key go to one queue while the queues stay the same; for their order await each before the next. */
  orderKey?: string | undefined
}

/**
 * How durably a message is stored: `SEND_OK` as the broker is configured to; otherwise what did not happen in time. Apache:
 * SendStatus.
 */
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

/** Of a message that no broker could take and that waits in the producer's journal: it has no queue and no offset yet. */
export interface JournaledReceipt {
  /** On disk, and delivered once a broker takes it. */
  status: 'JOURNALED'
  /** The unique id, the same as the consumer's `message.messageId`. */
  messageId: string
  topic: string
  /**
   * True when a broker may have stored it before, as after a broken connection: consumers may get it twice then, both times
   * with this `messageId`.
   */
  perhapsStored: boolean
}

/** `messageIds` are in the order of the messages, which stay together. */
export interface JournaledBatchReceipt extends Omit<JournaledReceipt, 'messageId'> {
  messageIds: string[]
}

/** `messageIds` and `offsetMessageIds` are in the order of the messages; `queueOffset` is the first one's. */
export interface BatchReceipt extends Omit<SendReceipt, 'messageId' | 'offsetMessageId'> {
  messageIds: string[]
  offsetMessageIds: string[]
}

/** What a send resolves to. */
export type ReceiptOf<HasJournal> = HasJournal extends undefined
  ? SendReceipt
  : SendReceipt | JournaledReceipt

/** What sending a batch resolves to. */
export type BatchReceiptOf<HasJournal> = HasJournal extends undefined
  ? BatchReceipt
  : BatchReceipt | JournaledBatchReceipt

/**
 * Makes a message to send of a received one, with everything its sender put into it except an order key. It gets a new
 * unique id.
 */
export function toSendAgain(message: Message): MessageContent {
  const { topic, body, keys, tag, userProperties: properties, flag, priority } = message
  return {
    topic,
    body,
    properties,
    flag,
    priority,
    // Other clients send empty tags.
    ...(tag && { tag }),
    ...(keys.length > 0 && { keys }),
  }
}
