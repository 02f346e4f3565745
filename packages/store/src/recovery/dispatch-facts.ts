import { SystemTopic } from '@rocketeer/protocol'
import {
  findProperty,
  type MessageRecord,
  PropertyName,
  SysFlag,
  tagsCodeOf,
  timerWakeAt,
  transactionTypeOf,
} from '@rocketeer/protocol/record'

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
      waitsUntil(record, delayLevelsMs) ?? tagsCodeOf(findProperty(record.properties, PropertyName.TAGS)),
    keys: findProperty(record.properties, PropertyName.KEYS),
    uniqueKey: findProperty(record.properties, PropertyName.UNIQUE_KEY),
  }
}

/** The consume queues of delayed messages hold times instead of tag hashes. */
function waitsUntil(record: MessageRecord, delayLevelsMs: readonly number[]): number | undefined {
  if (record.topic === SystemTopic.TIMER) return timerWakeAt(record.properties, record.storeTimestamp)
  if (record.topic !== SystemTopic.SCHEDULE) return undefined
  const level = Math.min(
    Number(findProperty(record.properties, PropertyName.DELAY_LEVEL) ?? 0),
    delayLevelsMs.length,
  )
  if (!(level > 0)) return undefined
  return record.storeTimestamp + (delayLevelsMs[level - 1] ?? UNKNOWN_LEVEL_DELAY_MS)
}
