import { encodeTopicList, type queryTopicsByConsumer } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { ConsumerOffsets } from '../offsets/consumer-offsets.js'

/** Topics a group has offsets of. Apache: AdminBrokerProcessor.queryTopicsByConsumer. */
export function queryTopicsByConsumerHandler({
  offsets,
  address,
}: {
  offsets: ConsumerOffsets
  address: () => string
}): HandlerOf<typeof queryTopicsByConsumer> {
  return ({ fields: { group } }) => ({
    body: encodeTopicList({ topicList: offsets.topicsOf(group), brokerAddr: address() }),
  })
}
