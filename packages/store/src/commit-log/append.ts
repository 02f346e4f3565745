import type { MessageToEncode } from '@rocketeer/protocol/record'

/** A message for the store: the record plus what is derived from its properties, which the caller has at hand. */
export interface MessageToStore extends MessageToEncode {
  /** What the consume queue keeps: the hash of the tag, or the delivery time of a delayed message. */
  tagsCode: number
  /** Keys separated by spaces. */
  keys: string | undefined
  uniqueKey: string | undefined
}

export interface AppendResult {
  /** `flushTimeout`: written, but not known to be on disk (FLUSH_DISK_TIMEOUT). */
  status: 'ok' | 'flushTimeout'
  /** 0 for prepared and rolled back halves of transactions: they are in no queue. */
  queueOffset: number
  physicalOffset: number
  storeTimestamp: number
  recordBytes: number
}

export type AppendListener = (error: Error | undefined, result: AppendResult | undefined) => void

/** What the log needs of a consume queue: who gives out its offsets. */
export interface OffsetSequence {
  /** Offset of the next record. */
  nextOffset: number
}

/** A record on its way: encoded, perhaps written, not yet answered. */
export interface PendingAppend<Queue extends OffsetSequence = OffsetSequence> {
  message: MessageToStore
  queue: Queue
  /** False for prepared and rolled back halves of transactions. */
  queued: boolean
  result: AppendResult
  /** Undefined once called. */
  done: AppendListener | undefined
}
