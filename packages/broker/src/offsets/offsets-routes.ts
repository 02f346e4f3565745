import { groupNameProblem, ResponseCode } from '@rocketeer/protocol'
import { TopicList } from '@rocketeer/protocol/bodies'
import {
  ConsumerOffsetSerializeWrapper,
  cloneGroupOffset,
  GroupList,
  getAllConsumerOffset,
  getBrokerConsumeStats,
  getConsumeStats,
  getEarliestMsgStoretime,
  getMaxOffset,
  getMinOffset,
  invokeBrokerToResetOffset,
  queryConsumerOffset,
  queryConsumeTimeSpan,
  queryCorrectionOffset,
  queryTopicConsumeByWho,
  queryTopicsByConsumer,
  searchOffsetByTimestamp,
  updateConsumerOffset,
} from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import { brokerErrors } from '../errors.js'
import { brokerConsumeStatsHandler, type ConsumeStatsNeeds, consumeStatsHandler } from './consume-stats.js'
import { type ConsumeTimeSpanNeeds, consumeTimeSpanHandler } from './consume-time-span.js'
import { correctionOffsetHandler } from './correction-offset.js'
import { type ResetOffsetNeeds, resetOffsetHandler } from './reset-offset.js'

type Needs = ConsumeStatsNeeds & ConsumeTimeSpanNeeds & ResetOffsetNeeds

/** How far queues reach and groups have come. */
export function offsetsRoutes(needs: Needs): Route[] {
  return [...queueRoutes(needs), ...committedRoutes(needs), ...progressRoutes(needs)]
}

/** Offsets of the queue itself. Apache: AdminBrokerProcessor. */
function queueRoutes({ store }: Needs): Route[] {
  return [
    // The offset the next message of a queue gets; 0 for a queue nobody has written to.
    route(getMaxOffset, ({ fields: { topic, queueId } }) => ({
      fields: { offset: store.maxOffset(topic, queueId) },
    })),

    // The offset of the oldest message a queue still has.
    route(getMinOffset, ({ fields: { topic, queueId } }) => ({
      fields: { offset: store.minOffset(topic, queueId) },
    })),

    // When the oldest message of a queue was stored, -1 when it has none.
    route(getEarliestMsgStoretime, async ({ fields: { topic, queueId } }) => ({
      fields: { timestamp: await store.earliestStoreTimestamp(topic, queueId) },
    })),

    // The first message stored at a time or after it; with UPPER the last one stored at it or before.
    route(searchOffsetByTimestamp, async ({ fields: { topic, queueId, timestamp, boundaryType } }) => {
      const boundary = boundaryType?.toUpperCase() === 'UPPER' ? 'upper' : 'lower'
      return { fields: { offset: await store.offsetAt(topic, queueId, timestamp, boundary) } }
    }),
  ]
}

/** Offsets groups have committed. Apache: ConsumerManageProcessor; AdminBrokerProcessor. */
function committedRoutes(needs: Needs): Route[] {
  const { consumers, groups, offsets, store, topics } = needs
  const notFound = (remark: string) => ({ code: ResponseCode.QUERY_NOT_FOUND, remark })
  return [
    // Where a group goes on. A new group on a queue that has lost nothing yet starts at 0, so that what was sent before
    // its first consumer came is not skipped; otherwise the client decides.
    route(queryConsumerOffset, ({ fields: { consumerGroup, topic, queueId, setZeroIfNotFound } }) => {
      const offset = offsets.query(consumerGroup, topic, queueId)
      if (offset >= 0) return { fields: { offset } }
      if (setZeroIfNotFound === false) {
        return notFound('Not found, do not set to zero, maybe this group boot first')
      }
      const nothingLost = store.minOffset(topic, queueId) <= 0
      if (nothingLost && store.maxOffset(topic, queueId) > 0) return { fields: { offset: 0 } }
      return notFound('Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first')
    }),

    // A group commits what it has consumed; a name nobody consumes under is taken for a typing mistake.
    route(updateConsumerOffset, ({ fields: { consumerGroup, topic, queueId, commitOffset } }) => {
      if (groups.get(consumerGroup) === undefined) {
        return {
          code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
          remark: `Group ${consumerGroup} not exist! Its first consumer makes it, or create it (updateSubGroup)`,
        }
      }
      if (!topics.has(topic)) {
        return { code: ResponseCode.TOPIC_NOT_EXIST, remark: `Topic ${topic} not exist!` }
      }
      if (queueId < 0 || commitOffset < 0) {
        return {
          code: ResponseCode.INVALID_PARAMETER,
          remark: `queue ${queueId} and offset ${commitOffset} must not be negative`,
        }
      }
      if (offsets.hasReset(consumerGroup, topic, queueId)) {
        return { remark: 'Offset has been previously reset' }
      }
      offsets.commit(consumerGroup, topic, queueId, commitOffset)
      return {}
    }),

    // Every committed offset.
    route(getAllConsumerOffset, () => ({
      body: ConsumerOffsetSerializeWrapper.encode({
        offsetTable: new Map([...offsets.all()].map(([key, queues]) => [key, new Map(queues)])),
        dataVersion: offsets.dataVersion,
      }),
    })),

    // Gives one group the offsets of another, in one topic or all; unless `offline`, only where the other's connected
    // members subscribe.
    route(cloneGroupOffset, ({ fields: { srcGroup, destGroup, topic, offline } }) => {
      const reason = groupNameProblem(destGroup)
      if (reason !== undefined) throw brokerErrors.GROUP_NAME_ILLEGAL({ group: destGroup, reason })
      const subscriptions = consumers.get(srcGroup)?.subscriptions
      for (const each of topic ? [topic] : offsets.topicsOf(srcGroup)) {
        const subscribed = !subscriptions || subscriptions.size === 0 || subscriptions.has(each)
        if (topics.has(each) && (offline || subscribed)) offsets.copy(srcGroup, destGroup, each)
      }
      return {}
    }),

    route(invokeBrokerToResetOffset, resetOffsetHandler(needs)),
    route(queryCorrectionOffset, correctionOffsetHandler(needs)),
  ]
}

/** How far groups are behind, for people. Apache: AdminBrokerProcessor. */
function progressRoutes(needs: Needs): Route[] {
  const { address, consumers, offsets } = needs
  return [
    route(getConsumeStats, consumeStatsHandler(needs)),
    route(getBrokerConsumeStats, brokerConsumeStatsHandler(needs)),
    route(queryConsumeTimeSpan, consumeTimeSpanHandler(needs)),

    // Groups that subscribe to a topic now or have offsets of it.
    route(queryTopicConsumeByWho, ({ fields: { topic } }) => ({
      body: GroupList.encode({
        groupList: [...new Set([...consumers.groupsOf(topic), ...offsets.groupsOf(topic)])],
      }),
    })),

    // Topics a group has offsets of.
    route(queryTopicsByConsumer, ({ fields: { group } }) => ({
      body: TopicList.encode({ topicList: offsets.topicsOf(group), brokerAddr: address() }),
    })),
  ]
}
