import {
  type EncodedHost,
  findProperty,
  type MessageRecord,
  PropertyName,
  tagsCodeOf,
} from '@rocketeer/protocol/record'
import type { MessageToStore } from '@rocketeer/store'

/** What differs in a copy. */
export interface CopyChanges {
  readonly topic: string
  readonly queueId: number
  /** The encoded properties, those of the record included. */
  readonly properties: string
  /** The record's unless given, as are `sysFlag` and `reconsumeTimes`. */
  readonly storeHost?: EncodedHost
  readonly sysFlag?: number
  readonly reconsumeTimes?: number
  /** Physical offset of the half message that a committed message was; 0 unless given. */
  readonly preparedTransactionOffset?: number
}

/** A copy of a stored message for another queue: a retry, a delivery after a delay, a revived pop, a commit. */
export function copyOf(record: MessageRecord, changes: CopyChanges): MessageToStore {
  const { properties } = changes
  return {
    topic: changes.topic,
    queueId: changes.queueId,
    flag: record.flag,
    sysFlag: changes.sysFlag ?? record.sysFlag,
    bornTimestamp: record.bornTimestamp,
    bornHost: record.bornHost,
    storeHost: changes.storeHost ?? record.storeHost,
    reconsumeTimes: changes.reconsumeTimes ?? record.reconsumeTimes,
    preparedTransactionOffset: changes.preparedTransactionOffset ?? 0,
    body: record.body,
    properties,
    tagsCode: tagsCodeOf(findProperty(properties, PropertyName.TAGS)),
    keys: findProperty(properties, PropertyName.KEYS),
    uniqueKey: findProperty(properties, PropertyName.UNIQUE_KEY),
  }
}
