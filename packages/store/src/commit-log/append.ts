import type { MessageToEncode } from '@rocketeer/protocol/record'
import type { ConsumeQueue } from '../consume-queue/consume-queue.js'
import type { DispatchFacts } from '../dispatch/facts.js'

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

/** A record in the log that is not committed; nobody waits for one that was copied from another log. */
export interface UncommittedRecord extends DispatchFacts {
  readonly result?: AppendResult
  /** Called once, with either an error or a result; undefined afterwards. */
  done?: AppendListener | undefined
}

/** A message on its way: encoded, perhaps written, not yet committed. */
export class PendingAppend implements UncommittedRecord {
  readonly message: MessageToStore
  readonly queue: ConsumeQueue
  readonly result: AppendResult
  done: AppendListener | undefined

  constructor(message: MessageToStore, queue: ConsumeQueue, result: AppendResult) {
    this.message = message
    this.queue = queue
    this.result = result
    this.done = undefined
  }

  get topic(): string {
    return this.message.topic
  }

  get queueId(): number {
    return this.message.queueId
  }

  get sysFlag(): number {
    return this.message.sysFlag
  }

  get tagsCode(): number {
    return this.message.tagsCode
  }

  get keys(): string | undefined {
    return this.message.keys
  }

  get uniqueKey(): string | undefined {
    return this.message.uniqueKey
  }

  get queueOffset(): number {
    return this.result.queueOffset
  }

  get physicalOffset(): number {
    return this.result.physicalOffset
  }

  get storeTimestamp(): number {
    return this.result.storeTimestamp
  }

  get recordBytes(): number {
    return this.result.recordBytes
  }
}
