import { SystemTopic } from '@rocketeer/protocol'
import {
  decodeProperties,
  encodeProperties,
  type MessageRecord,
  PropertyName,
  RecordPosition,
  SysFlag,
  tagsCodeOf,
} from '@rocketeer/protocol/record'
import type { MessageToStore } from '@rocketeer/store'

/**
 * The message a record of SCHEDULE_TOPIC_XXXX stands for, once its time has come, or `undefined` when the record does
 * not say where it belongs. Apache: ScheduleMessageService.messageTimeUp.
 */
export function dueMessage(bytes: Buffer, record: MessageRecord): MessageToStore | undefined {
  const properties = decodeProperties(record.properties)
  const topic = properties[PropertyName.REAL_TOPIC]
  const queueId = Number(properties[PropertyName.REAL_QUEUE_ID])
  // A half message must not become visible by way of a delay.
  if (!topic || topic === SystemTopic.TRANSACTION_HALF || !Number.isInteger(queueId) || queueId < 0)
    return undefined
  delete properties[PropertyName.DELAY_LEVEL]
  const bornHostEnd = RecordPosition.BORN_HOST + (record.sysFlag & SysFlag.BORN_HOST_V6 ? 20 : 8)
  const storeHostStart = bornHostEnd + 8
  const storeHostEnd = storeHostStart + (record.sysFlag & SysFlag.STORE_HOST_V6 ? 20 : 8)
  return {
    topic,
    queueId,
    flag: record.flag,
    sysFlag: record.sysFlag,
    bornTimestamp: record.bornTimestamp,
    bornHost: bytes.subarray(RecordPosition.BORN_HOST, bornHostEnd),
    storeHost: bytes.subarray(storeHostStart, storeHostEnd),
    reconsumeTimes: record.reconsumeTimes,
    preparedTransactionOffset: 0,
    body: record.body,
    properties: encodeProperties(properties),
    tagsCode: tagsCodeOf(properties[PropertyName.TAGS]),
    keys: properties[PropertyName.KEYS],
    uniqueKey: properties[PropertyName.UNIQUE_KEY],
  }
}
