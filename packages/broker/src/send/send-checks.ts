import { isClosedToClients, isWritable } from '@rocketeer/protocol'
import type { TopicConfig } from '@rocketeer/protocol/bodies'
import { PROPERTIES_BYTES_MAX, SysFlag, transactionTypeOf } from '@rocketeer/protocol/record'
import type { MessageToStore } from '@rocketeer/store'
import { refusals } from '../errors.js'
import type { LiveConfig } from '../options/live-config.js'
import type { ScannedProperties } from './scan-properties.js'
import type { SendFields } from './send-request.js'

/** Throws a refusal unless producers may write to this queue. */
export function checkWritable(topic: TopicConfig, fields: SendFields, { current }: LiveConfig): void {
  const { brokerPermission, brokerName } = current
  if (isClosedToClients(fields.topic)) throw refusals.TOPIC_CLOSED_TO_CLIENTS({ topic: fields.topic })
  if (!isWritable(brokerPermission)) throw refusals.BROKER_NOT_WRITABLE({ brokerName })
  const { topicName, writeQueueNums, readQueueNums } = topic
  const queues = Math.max(writeQueueNums, readQueueNums)
  if (fields.queueId < queues && queues > 0) return
  const { queueId } = fields
  throw refusals.QUEUE_NOT_WRITABLE({ topic: topicName, queueId, writeQueueNums, readQueueNums })
}

/** Half of a transaction; but clients before 4.6.1 leave the mark also on committed messages that are to be retried. */
export function isHalf(found: ScannedProperties, { reconsumeTimes }: SendFields): boolean {
  return found.transactionPrepared && !(found.delayLevel > 0 && (reconsumeTimes ?? 0) > 0)
}

/**
 * Throws `TRANSACTION_MARK_MISSING` when the sysFlag alone says that the message is half of a transaction or rolled back:
 * its record would be dispatched to no queue, so nobody would ever receive it.
 */
export function checkDecided({ sysFlag }: SendFields): void {
  const type = transactionTypeOf(sysFlag)
  if (type === SysFlag.TRANSACTION_PREPARED || type === SysFlag.TRANSACTION_ROLLBACK)
    throw refusals.TRANSACTION_MARK_MISSING({})
}

/** Throws `TRANSACTIONS_REJECTED` or `TRANSACTION_DELAYED`. */
export function checkHalf(found: ScannedProperties, { current }: LiveConfig): void {
  const { rejectTransactions, brokerName } = current
  if (rejectTransactions) throw refusals.TRANSACTIONS_REJECTED({ brokerName })
  if (found.delayLevel !== 0 || found.timed) throw refusals.TRANSACTION_DELAYED({})
}

/** Throws `MESSAGE_SIZE_ILLEGAL`. */
export function checkSize({ body, properties }: MessageToStore, { current }: LiveConfig): void {
  const { messageBytesMax } = current
  if (body.length === 0 || body.length > messageBytesMax || propertiesTooLong(properties))
    throw refusals.MESSAGE_SIZE_ILLEGAL({ bodyBytesMax: messageBytesMax })
}

/** Characters have at most three bytes, so that most texts need not be measured. */
export function propertiesTooLong(properties: string): boolean {
  return properties.length * 3 > PROPERTIES_BYTES_MAX && Buffer.byteLength(properties) > PROPERTIES_BYTES_MAX
}
