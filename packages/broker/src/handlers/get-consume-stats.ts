import { encodeConsumeStats, type getConsumeStats } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { type ConsumeProgressNeeds, consumedTopics, consumeStatsOf } from '../admin/consume-progress.js'

/** How far a group is behind. Apache: AdminBrokerProcessor.getConsumeStats. */
export function getConsumeStatsHandler(needs: ConsumeProgressNeeds): HandlerOf<typeof getConsumeStats> {
  return async ({ fields: { consumerGroup, topic, topicList } }) => {
    const listed = (topicList ?? '').split(';').filter((each) => each !== '')
    const topics = listed.length > 0 ? new Set(listed) : consumedTopics(needs, consumerGroup, topic)
    return { body: encodeConsumeStats(await consumeStatsOf(needs, consumerGroup, topics)) }
  }
}
