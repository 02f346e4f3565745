import { retryTopicOf, SystemTopic } from '@rocketeer/protocol'
import { sendMessageV2 } from '@rocketeer/protocol/commands'
import { encodeProperties, PropertyName, SysFlag } from '@rocketeer/protocol/record'
import { checkGroup } from '../messages/names.js'
import type { Message } from '../messages/received-message.js'
import type { AdminNeeds } from './admin-needs.js'

/** Properties that tell of the deliveries so far, or that a broker would act on again. */
const OF_EARLIER_DELIVERIES: ReadonlySet<string> = new Set([
  PropertyName.DELAY_LEVEL,
  PropertyName.REAL_TOPIC,
  PropertyName.REAL_QUEUE_ID,
  PropertyName.RECONSUME_TIME,
  PropertyName.MAX_RECONSUME_TIMES,
  PropertyName.CONSUME_START_TIME,
  PropertyName.TRANSACTION_PREPARED,
  PropertyName.MIN_OFFSET,
  PropertyName.MAX_OFFSET,
  PropertyName.DLQ_ORIGIN_TOPIC,
  PropertyName.DLQ_ORIGIN_MESSAGE_ID,
])

const ANY_QUEUE = -1
const TOOL_PRODUCER_GROUP = 'CLIENT_INNER_PRODUCER'
const KEPT_SYS_FLAGS = SysFlag.COMPRESSED | (0x7 << 8)

/**
 * Puts the message into the retry topic of the group, on the broker it was read from: only that group reads there, and
 * RETRY_TOPIC shows its consumers the original topic. Sending to the original topic would deliver it to every group.
 */
export async function redeliver(needs: AdminNeeds, message: Message, group: string): Promise<void> {
  checkGroup(group)
  const kept = Object.entries(message.properties).filter(([name]) => !OF_EARLIER_DELIVERIES.has(name))
  const properties = { ...Object.fromEntries(kept), [PropertyName.RETRY_TOPIC]: message.topic }
  const fields = {
    producerGroup: TOOL_PRODUCER_GROUP,
    topic: retryTopicOf(group),
    defaultTopic: SystemTopic.AUTO_CREATE,
    defaultTopicQueueNums: 1,
    queueId: ANY_QUEUE,
    sysFlag: message.sysFlag & KEPT_SYS_FLAGS,
    bornTimestamp: message.bornTimestamp,
    flag: message.flag,
    properties: encodeProperties(properties),
    reconsumeTimes: 0,
    unitMode: false,
    batch: false,
    bname: message.queue.brokerName,
  }
  await needs.brokers.call(message.queue.brokerName, sendMessageV2, fields, message.storedBody)
}
