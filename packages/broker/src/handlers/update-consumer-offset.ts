import { ResponseCode, type updateConsumerOffset } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { SubscriptionGroupTable } from '../groups/subscription-group-table.js'
import type { ConsumerOffsets } from '../offsets/consumer-offsets.js'
import type { TopicTable } from '../topics/topic-table.js'

/**
 * A group commits what it has consumed; a name nobody consumes under is taken for a typing mistake. Apache:
 * ConsumerManageProcessor.updateConsumerOffset.
 */
export function updateConsumerOffsetHandler(needs: {
  offsets: ConsumerOffsets
  groups: SubscriptionGroupTable
  topics: TopicTable
}): HandlerOf<typeof updateConsumerOffset> {
  return ({ fields: { consumerGroup, topic, queueId, commitOffset } }) => {
    if (needs.groups.get(consumerGroup) === undefined) {
      return {
        code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
        remark: `Group ${consumerGroup} not exist! Its first consumer makes it, or create it (updateSubGroup)`,
      }
    }
    if (!needs.topics.has(topic)) {
      return { code: ResponseCode.TOPIC_NOT_EXIST, remark: `Topic ${topic} not exist!` }
    }
    if (queueId < 0 || commitOffset < 0) {
      return {
        code: ResponseCode.INVALID_PARAMETER,
        remark: `queue ${queueId} and offset ${commitOffset} must not be negative`,
      }
    }
    if (needs.offsets.hasReset(consumerGroup, topic, queueId)) {
      return { remark: 'Offset has been previously reset' }
    }
    needs.offsets.commit(consumerGroup, topic, queueId, commitOffset)
    return {}
  }
}
