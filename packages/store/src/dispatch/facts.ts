import {
  findProperty,
  type MessageRecord,
  PropertyName,
  SysFlag,
  tagsCodeOf,
  transactionTypeOf,
} from '@rocketeer/protocol/record'
import type { ConsumeQueue } from '../consume-queue/consume-queue.js'
import type { DeliveryTime } from '../options.js'

/**
 * What consume queue and index need of a record in the log: from the message for an append, from the record itself for
 * recovery and for bytes of another log. Apache: DispatchRequest.
 */
export interface DispatchFacts {
  readonly topic: string
  readonly queueId: number
  readonly sysFlag: number
  /** 0 for what is in no queue. */
  readonly queueOffset: number
  readonly physicalOffset: number
  readonly recordBytes: number
  readonly storeTimestamp: number
  readonly tagsCode: number
  /** Keys separated by spaces. */
  readonly keys: string | undefined
  readonly uniqueKey: string | undefined
  /** The queue that gave the record its offset, when this store did: even if its topic was deleted meanwhile. */
  readonly queue?: ConsumeQueue
}

/** The facts a stored record tells. Apache: CommitLog.checkMessageAndReturnSize. */
export function factsOf(record: MessageRecord, deliveryTime: DeliveryTime): DispatchFacts {
  const { topic, queueId, sysFlag, queueOffset, physicalOffset, storeTimestamp, properties } = record
  return {
    topic,
    queueId,
    sysFlag,
    queueOffset,
    physicalOffset,
    recordBytes: record.totalSize,
    storeTimestamp,
    // The consume queues of delayed messages hold times instead of hashes of tags.
    tagsCode: deliveryTime(record) ?? tagsCodeOf(findProperty(properties, PropertyName.TAGS)),
    keys: findProperty(properties, PropertyName.KEYS),
    uniqueKey: findProperty(properties, PropertyName.UNIQUE_KEY),
  }
}

/**
 * False for prepared and rolled back halves of transactions: they are in the log, but in no queue. Apache:
 * CommitLogDispatcherBuildConsumeQueue.
 */
export function isQueued(sysFlag: number): boolean {
  const type = transactionTypeOf(sysFlag)
  return type !== SysFlag.TRANSACTION_PREPARED && type !== SysFlag.TRANSACTION_ROLLBACK
}

/** A rollback says nothing worth finding. Apache: IndexService.buildIndex. */
export function isIndexed(sysFlag: number): boolean {
  return transactionTypeOf(sysFlag) !== SysFlag.TRANSACTION_ROLLBACK
}
