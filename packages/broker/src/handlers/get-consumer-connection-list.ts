import { encodeConsumerConnection, type getConsumerConnectionList, ResponseCode } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { connectionInfo } from '../admin/connection-info.js'
import type { ConsumerRegistry } from '../clients/consumer-registry.js'

/** Apache: AdminBrokerProcessor.getConsumerConnectionList. */
export function getConsumerConnectionListHandler({
  consumers,
}: {
  consumers: ConsumerRegistry
}): HandlerOf<typeof getConsumerConnectionList> {
  return ({ fields: { consumerGroup } }) => {
    const group = consumers.get(consumerGroup)
    if (!group) {
      return {
        code: ResponseCode.CONSUMER_NOT_ONLINE,
        remark: `the consumer group[${consumerGroup}] not online`,
      }
    }
    return {
      body: encodeConsumerConnection({
        ...group.settings,
        connectionSet: [...group.members.values()].map(connectionInfo),
        subscriptionTable: group.subscriptions,
      }),
    }
  }
}
