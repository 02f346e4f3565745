import { isClosedToClients, isWritable, ResponseCode } from '@rocketeer/protocol'
import type { TopicConfig } from '@rocketeer/protocol/bodies'
import { PROPERTIES_BYTES_MAX, SysFlag, transactionTypeOf } from '@rocketeer/protocol/record'
import type { LiveConfig } from '../options/live-config.js'
import type { ScannedProperties } from './scan-properties.js'
import type { SendFields, SendReply } from './send-request.js'

/** What stands against writing to this queue. */
export function refusalOf(topic: TopicConfig, fields: SendFields, config: LiveConfig): SendReply | undefined {
  if (isClosedToClients(fields.topic)) {
    return {
      code: ResponseCode.NO_PERMISSION,
      remark: `Sending message to topic[${fields.topic}] is forbidden.`,
    }
  }
  if (!isWritable(config.current.brokerPermission)) {
    return {
      code: ResponseCode.NO_PERMISSION,
      remark: `the broker[${config.current.brokerName}] sending message is forbidden`,
    }
  }
  const queues = Math.max(topic.writeQueueNums, topic.readQueueNums)
  if (fields.queueId < queues && queues > 0) return undefined
  return {
    code: ResponseCode.INVALID_PARAMETER,
    remark: `request queueId[${fields.queueId}] is illegal, topic ${topic.topicName} has ${topic.writeQueueNums} queues to write and ${topic.readQueueNums} to read`,
  }
}

/** Clients before 4.6.1 leave the mark on a committed message whose consumption is to be retried. */
export function isHalf(found: ScannedProperties, { reconsumeTimes }: SendFields): boolean {
  return found.transactionPrepared && !(found.delayLevel > 0 && (reconsumeTimes ?? 0) > 0)
}

/** Such records are in no queue: nobody would ever receive them. */
export function refuseUndecided({ sysFlag }: SendFields): SendReply | undefined {
  const type = transactionTypeOf(sysFlag)
  if (type !== SysFlag.TRANSACTION_PREPARED && type !== SysFlag.TRANSACTION_ROLLBACK) return undefined
  return {
    code: ResponseCode.MESSAGE_ILLEGAL,
    remark: 'the sysFlag says half of a transaction, the property TRAN_MSG does not: send both or neither',
  }
}

/** Characters have at most three bytes, so that most texts need not be measured. */
export function propertiesTooLong(properties: string): boolean {
  return properties.length * 3 > PROPERTIES_BYTES_MAX && Buffer.byteLength(properties) > PROPERTIES_BYTES_MAX
}

export function randomQueue(queues: number): number {
  return Math.floor(Math.random() * queues)
}
