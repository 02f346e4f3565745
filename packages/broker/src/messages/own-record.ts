import {
  type EncodedHost,
  encodeProperties,
  type MessageProperties,
  PropertyName,
  tagsCodeOf,
} from '@rocketeer/protocol/record'
import type { MessageToStore } from '@rocketeer/store'

export interface OwnRecord {
  readonly topic: string
  readonly queueId: number
  readonly bornTimestamp: number
  readonly bornHost: EncodedHost
  /** The born host unless given. */
  readonly storeHost?: EncodedHost
  readonly body: Buffer
  readonly properties: MessageProperties
  /** The key under which the index finds the record; without one the record is not in the index. */
  readonly uniqueKey?: string
}

/** A record that the broker writes for itself and no producer sent: pop log, operation log, timers. */
export function ownRecord(own: OwnRecord): MessageToStore {
  return {
    topic: own.topic,
    queueId: own.queueId,
    flag: 0,
    sysFlag: 0,
    bornTimestamp: own.bornTimestamp,
    bornHost: own.bornHost,
    storeHost: own.storeHost ?? own.bornHost,
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    body: own.body,
    properties: encodeProperties(own.properties),
    tagsCode: tagsCodeOf(own.properties[PropertyName.TAGS]),
    keys: undefined,
    uniqueKey: own.uniqueKey,
  }
}
