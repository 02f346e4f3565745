import { consumeMessageDirectly, decodeMessageId, ResponseCode } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { AdminStore } from '../admin/admin-store.js'
import { callConsumer } from '../admin/call-consumer.js'
import type { ConsumerRegistry } from '../clients/consumer-registry.js'
import type { SubscriptionGroupTable } from '../groups/subscription-group-table.js'
import type { LiveConfig } from '../live-config.js'
import type { TopicTable } from '../topics/topic-table.js'

/** Has one consumer handle one stored message now. Apache: AdminBrokerProcessor.consumeMessageDirectly. */
export function consumeMessageDirectlyHandler(needs: {
  config: LiveConfig
  consumers: ConsumerRegistry
  groups: SubscriptionGroupTable
  topics: TopicTable
  store: AdminStore
}): HandlerOf<typeof consumeMessageDirectly> {
  const { config, consumers, groups, topics, store } = needs
  return async ({ fields }) => {
    const { consumerGroup: group, clientId, topic, msgId = '' } = fields
    const record = await store.recordAt(decodeMessageId(msgId).physicalOffset)
    if (!record) return { code: ResponseCode.QUERY_NOT_FOUND, remark: `there is no message ${msgId}` }
    const passedOn = {
      ...fields,
      brokerName: config.current.brokerName,
      topicSysFlag: topic === undefined ? undefined : topics.get(topic)?.topicSysFlag,
      groupSysFlag: groups.get(group)?.groupSysFlag,
    }
    return callConsumer(consumers, { group, clientId }, consumeMessageDirectly, passedOn, record)
  }
}
