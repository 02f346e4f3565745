import { encodeGroupList, type queryTopicConsumeByWho } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { ConsumerRegistry } from '../clients/consumer-registry.js'
import type { ConsumerOffsets } from '../offsets/consumer-offsets.js'

/** Groups that subscribe to a topic now or have offsets of it. Apache: AdminBrokerProcessor.queryTopicConsumeByWho. */
export function queryTopicConsumeByWhoHandler({
  consumers,
  offsets,
}: {
  consumers: ConsumerRegistry
  offsets: ConsumerOffsets
}): HandlerOf<typeof queryTopicConsumeByWho> {
  return ({ fields: { topic } }) => ({
    body: encodeGroupList({
      groupList: [...new Set([...consumers.groupsOf(topic), ...offsets.groupsOf(topic)])],
    }),
  })
}
