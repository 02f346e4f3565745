import type { unregisterClient } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { ConsumerRegistry } from '../clients/consumer-registry.js'
import type { ProducerRegistry } from '../clients/producer-registry.js'
import type { SubscriptionGroupTable } from '../groups/subscription-group-table.js'

/** A client leaves in order. Apache: ClientManageProcessor.unregisterClient. */
export function unregisterClientHandler(needs: {
  consumers: ConsumerRegistry
  producers: ProducerRegistry
  groups: SubscriptionGroupTable
}): HandlerOf<typeof unregisterClient> {
  return async ({ fields: { producerGroup, consumerGroup }, connection }) => {
    await needs.consumers.arrived(connection)
    if (producerGroup !== undefined) needs.producers.unregister(producerGroup, connection)
    if (consumerGroup !== undefined) {
      const notify = needs.groups.get(consumerGroup)?.notifyConsumerIdsChangedEnable ?? true
      needs.consumers.unregister(consumerGroup, connection, notify)
    }
    return {}
  }
}
