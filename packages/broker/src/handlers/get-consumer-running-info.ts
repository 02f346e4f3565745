import { getConsumerRunningInfo } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { callConsumer } from '../admin/call-consumer.js'
import type { ConsumerRegistry } from '../clients/consumer-registry.js'

/** Asks the consumer. Apache: AdminBrokerProcessor.getConsumerRunningInfo. */
export function getConsumerRunningInfoHandler({
  consumers,
}: {
  consumers: ConsumerRegistry
}): HandlerOf<typeof getConsumerRunningInfo> {
  return ({ fields }) => {
    const { consumerGroup: group, clientId } = fields
    return callConsumer(consumers, { group, clientId }, getConsumerRunningInfo, fields)
  }
}
