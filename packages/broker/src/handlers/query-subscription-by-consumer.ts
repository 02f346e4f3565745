import { encodeQuerySubscriptionResponseBody, type querySubscriptionByConsumer } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { ConsumerRegistry } from '../clients/consumer-registry.js'

/** What a connected group subscribes to of a topic. Apache: AdminBrokerProcessor.querySubscriptionByConsumer. */
export function querySubscriptionByConsumerHandler({
  consumers,
}: {
  consumers: ConsumerRegistry
}): HandlerOf<typeof querySubscriptionByConsumer> {
  return ({ fields: { group, topic } }) => {
    const subscriptionData = topic === undefined ? undefined : consumers.get(group)?.subscriptions.get(topic)
    return { body: encodeQuerySubscriptionResponseBody({ group, topic, subscriptionData }) }
  }
}
