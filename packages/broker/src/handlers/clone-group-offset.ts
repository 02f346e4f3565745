import { type cloneGroupOffset, groupNameProblem } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { ConsumerRegistry } from '../clients/consumer-registry.js'
import { brokerErrors } from '../errors.js'
import type { ConsumerOffsets } from '../offsets/consumer-offsets.js'
import type { TopicTable } from '../topics/topic-table.js'

/**
 * Gives one group the offsets of another, in one topic or all; unless `offline`, only where the other's connected
 * members subscribe. Apache: AdminBrokerProcessor.cloneGroupOffset.
 */
export function cloneGroupOffsetHandler(needs: {
  consumers: ConsumerRegistry
  offsets: ConsumerOffsets
  topics: TopicTable
}): HandlerOf<typeof cloneGroupOffset> {
  const { consumers, offsets, topics } = needs
  return ({ fields: { srcGroup, destGroup, topic, offline } }) => {
    const reason = groupNameProblem(destGroup)
    if (reason !== undefined) throw brokerErrors.GROUP_NAME_ILLEGAL({ group: destGroup, reason })
    const subscriptions = consumers.get(srcGroup)?.subscriptions
    for (const each of topic ? [topic] : offsets.topicsOf(srcGroup)) {
      const subscribed = !subscriptions || subscriptions.size === 0 || subscriptions.has(each)
      if (topics.has(each) && (offline || subscribed)) offsets.copy(srcGroup, destGroup, each)
    }
    return {}
  }
}
