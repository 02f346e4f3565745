import { isClosedToClients, isWritable, RETRY_TOPIC_PREFIX } from '@rocketeer/protocol'
import type { TopicConfig } from '@rocketeer/protocol/bodies'
import {
  hasRoomForAdded,
  OWN_PROPERTIES_BYTES_MAX,
  ownPropertiesBytes,
  RECORD_BYTES_AROUND_BODY_MAX,
  SysFlag,
  transactionTypeOf,
} from '@rocketeer/protocol/record'
import type { MessageToStore } from '@rocketeer/store'
import { refusals } from '../errors.js'
import type { LiveConfig } from '../options/live-config.js'
import type { BrokerConfig } from '../options/options.js'
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
export function checkSize(message: MessageToStore, { current }: LiveConfig): void {
  const reason = sizeProblem(message, current)
  if (reason !== undefined)
    throw refusals.MESSAGE_SIZE_ILLEGAL({ bodyBytesMax: current.messageBytesMax, reason })
}

/**
 * Why the message, or a copy that may be made of it later, cannot be stored; undefined when all of them can. A consumer
 * gives messages back however large they are: they were accepted, perhaps when other limits held.
 */
export function sizeProblem(
  { topic, reconsumeTimes, body, properties }: MessageToStore,
  config: BrokerConfig,
): string | undefined {
  const { messageBytesMax, commitLogFileBytes } = config
  const bytes = body.length
  if (bytes === 0) return 'it has no body'
  if (reconsumeTimes > 0 && topic.startsWith(RETRY_TOPIC_PREFIX)) return undefined
  if (bytes > messageBytesMax) return `its body has ${bytes} bytes`
  if (bytes + RECORD_BYTES_AROUND_BODY_MAX > commitLogFileBytes)
    return `its body has ${bytes} bytes, and a file of the commit log only ${commitLogFileBytes}`
  // Characters have at most three bytes, so that most texts need not be measured.
  if (properties.length * 3 <= OWN_PROPERTIES_BYTES_MAX) return undefined
  const ownBytes = ownPropertiesBytes(properties)
  if (ownBytes <= OWN_PROPERTIES_BYTES_MAX || hasRoomForAdded(properties, { ...config, topic }))
    return undefined
  return `its properties have ${ownBytes} bytes, ${OWN_PROPERTIES_BYTES_MAX} are always possible and these are too many: retries and delays add to them`
}
