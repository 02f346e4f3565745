import { groupNameProblem } from '@rocketeer/protocol'
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
import { existingTopic } from '../access/access.js'
import { refusals } from '../errors.js'
import {
  brokerConsumeStatsHandler,
  type ConsumeStatsNeeds,
  consumeStatsHandler,
  type GroupStatsNeeds,
} from './consume-stats.js'
import { type ConsumeTimeSpanNeeds, consumeTimeSpanHandler } from './consume-time-span.js'
import { correctionOffsetHandler } from './correction-offset.js'
import { type ResetOffsetNeeds, resetOffsetHandler } from './reset-offset.js'

type Needs = ConsumeStatsNeeds & GroupStatsNeeds & ConsumeTimeSpanNeeds & ResetOffsetNeeds

/** Offsets of queues and of groups. */
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
  return [
    // Where a group goes on. A new group starts at the beginning of a queue that has lost nothing yet, so that it gets messages sent
    // before its first consumer came; otherwise the client decides.
    route(queryConsumerOffset, ({ fields: { consumerGroup, topic, queueId, setZeroIfNotFound } }) => {
      const offset = offsets.query({ group: consumerGroup, topic, queueId })
      if (offset >= 0) return { fields: { offset } }
      if (setZeroIfNotFound === false) throw refusals.OFFSET_NOT_COMMITTED({ setZero: false })
      const first = store.minOffset(topic, queueId)
      if (store.hasFirst(topic, queueId) && store.maxOffset(topic, queueId) > first)
        return { fields: { offset: first } }
      throw refusals.OFFSET_NOT_COMMITTED({ setZero: true })
    }),

    // A group commits what it has consumed; a name nobody consumes under is taken for a typing mistake.
    route(
      updateConsumerOffset,
      ({ fields: { consumerGroup: group, topic, queueId, commitOffset: offset } }) => {
        if (groups.get(group) === undefined)
          throw refusals.SUBSCRIPTION_GROUP_NOT_EXIST({ group, to: 'commitOffset' })
        existingTopic(topics, topic, 'commitOffset')
        if (queueId < 0 || offset < 0) throw refusals.OFFSET_NEGATIVE({ queueId, offset })
        const queue = { group, topic, queueId }
        if (offsets.hasReset(queue)) return { remark: 'Offset has been previously reset' }
        offsets.commit(queue, offset)
        return {}
      },
    ),

    // Every committed offset.
    route(getAllConsumerOffset, () => ({
      body: ConsumerOffsetSerializeWrapper.encode({
        offsetTable: new Map([...offsets.all()].map(([key, queues]) => [key, new Map(queues)])),
        dataVersion: offsets.dataVersion,
      }),
    })),

    // Copies the offsets of one group to another, in one topic or all; unless `offline`, only in topics that the connected
    // members of the first subscribe to.
    route(cloneGroupOffset, ({ fields: { srcGroup, destGroup, topic, offline } }) => {
      const reason = groupNameProblem(destGroup)
      if (reason !== undefined) throw refusals.GROUP_NAME_ILLEGAL({ group: destGroup, reason })
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

/** How far groups are behind, for administrators. Apache: AdminBrokerProcessor. */
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
