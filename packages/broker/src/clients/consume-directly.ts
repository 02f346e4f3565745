import { consumeMessageDirectly } from '@rocketeer/protocol/commands'
import { decodeMessageId } from '@rocketeer/protocol/record'
import type { HandlerOf } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'
import { refusals } from '../errors.js'
import type { LiveConfig } from '../options/live-config.js'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import type { TopicTable } from '../tables/topic-table.js'
import { callConsumer } from './call-consumer.js'
import type { ConsumerRegistry } from './consumer-registry.js'

export interface ConsumeDirectlyNeeds {
  readonly config: LiveConfig
  readonly consumers: ConsumerRegistry
  readonly groups: SubscriptionGroupTable
  readonly topics: TopicTable
  readonly store: MessageStore
}

/** Asks one consumer to handle one stored message now. Apache: AdminBrokerProcessor.consumeMessageDirectly. */
export function consumeDirectlyHandler(
  needs: ConsumeDirectlyNeeds,
): HandlerOf<typeof consumeMessageDirectly> {
  const { config, consumers, groups, topics, store } = needs
  return async ({ fields }) => {
    const { consumerGroup: group, clientId, topic, msgId = '' } = fields
    const record = await store.recordAt(decodeMessageId(msgId).physicalOffset)
    if (!record) throw refusals.MESSAGE_NOT_EXIST({ messageId: msgId })
    const passedOn = {
      ...fields,
      brokerName: config.current.brokerName,
      topicSysFlag: topic === undefined ? undefined : topics.get(topic)?.topicSysFlag,
      groupSysFlag: groups.get(group)?.groupSysFlag,
    }
    const call = { command: consumeMessageDirectly, fields: passedOn, body: record }
    return callConsumer(consumers, { group, clientId }, call)
  }
}
