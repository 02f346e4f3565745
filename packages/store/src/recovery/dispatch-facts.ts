import {
  findProperty,
  type MessageRecord,
  PropertyName,
  SysFlag,
  tagsCodeOf,
  transactionTypeOf,
} from '@rocketeer/protocol'

/** Where delayed messages wait; the consume queue of this topic holds delivery times instead of tag hashes. */
const SCHEDULE_TOPIC = 'SCHEDULE_TOPIC_XXXX'
/** Delay of a level the table does not know. Apache: DefaultMessageStore.computeDeliverTimestamp. */
const UNKNOWN_LEVEL_DELAY_MS = 1000

/** What consume queue and index need of a record. Apache: DispatchRequest. */
export interface DispatchFacts {
  queued: boolean
  tagsCode: number
  keys: string | undefined
  uniqueKey: string | undefined
}

/** The same facts `append` gets from its caller, taken from a stored record. Apache: CommitLog.checkMessageAndReturnSize. */
export function dispatchFactsOf(record: MessageRecord, delayLevelsMs: readonly number[]): DispatchFacts {
  const type = transactionTypeOf(record.sysFlag)
  return {
    queued: type !== SysFlag.TRANSACTION_PREPARED && type !== SysFlag.TRANSACTION_ROLLBACK,
    tagsCode:
      deliveryTimeOf(record, delayLevelsMs) ?? tagsCodeOf(findProperty(record.properties, PropertyName.TAGS)),
    keys: findProperty(record.properties, PropertyName.KEYS),
    uniqueKey: findProperty(record.properties, PropertyName.UNIQUE_KEY),
  }
}

function deliveryTimeOf(record: MessageRecord, delayLevelsMs: readonly number[]): number | undefined {
  if (record.topic !== SCHEDULE_TOPIC) return undefined
  const level = Math.min(
    Number(findProperty(record.properties, PropertyName.DELAY_LEVEL) ?? 0),
    delayLevelsMs.length,
  )
  if (!(level > 0)) return undefined
  return record.storeTimestamp + (delayLevelsMs[level - 1] ?? UNKNOWN_LEVEL_DELAY_MS)
}
