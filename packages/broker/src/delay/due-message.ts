import { SystemTopic } from '@rocketeer/protocol'
import { decodeProperties, type MessageRecord, PropertyName } from '@rocketeer/protocol/record'
import type { MessageToStore } from '@rocketeer/store'
import { copyOf } from '../messages/copy-of-record.js'
import { destinationOf } from '../messages/destination.js'

/**
 * The message a record of SCHEDULE_TOPIC_XXXX or the timer topic stands for, once its time has come, or `undefined` when
 * the record does not say where it belongs. Apache: ScheduleMessageService.messageTimeUp.
 */
export function dueMessage(record: MessageRecord): MessageToStore | undefined {
  const properties = decodeProperties(record.properties)
  const destination = destinationOf(properties)
  // A half message must not become visible by way of a delay.
  if (destination === undefined || destination.topic === SystemTopic.TRANSACTION_HALF) return undefined
  delete properties[PropertyName.DELAY_LEVEL]
  return copyOf(record, { ...destination, properties })
}
