import type { Logger } from '@rocketeer/foundation'
import { type invokeBrokerToResetOffset, ResetOffsetBody } from '@rocketeer/protocol/commands'
import type { HandlerOf } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'
import { existingTopic } from '../access/access.js'
import { refusals } from '../errors.js'
import type { LiveConfig } from '../options/live-config.js'
import type { ConsumerOffsets } from '../tables/consumer-offsets.js'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import type { TopicTable } from '../tables/topic-table.js'
import type { WaitingKey } from '../waiting/waiting-requests.js'

export interface ResetOffsetNeeds {
  readonly config: LiveConfig
  readonly groups: SubscriptionGroupTable
  readonly waitingPulls: { wakeQueue(topic: string, queueId: number): void }
  readonly waitingPops: { wakeOne(key: WaitingKey): void }
  readonly logger: Logger
  readonly offsets: ConsumerOffsets
  readonly store: MessageStore
  readonly topics: TopicTable
}

/**
 * Resets the offsets of a group: to a time in all queues of a topic, or to an offset or time in one. Running consumers learn
 * it by the answer to their next pull; a waiting pull is answered at once, where Apache lets it wait to its end.
 * Apache: AdminBrokerProcessor.resetOffsetInner, which its default useServerSideResetOffset leads to.
 */
export function resetOffsetHandler(needs: ResetOffsetNeeds): HandlerOf<typeof invokeBrokerToResetOffset> {
  const { config, groups, waitingPulls, logger, offsets, store, topics } = needs

  /** A negative time means the end. */
  const offsetAt = (topic: string, queueId: number, timestamp: number) =>
    timestamp < 0 ? store.maxOffset(topic, queueId) : store.offsetAt(topic, queueId, timestamp)

  return async ({ fields: { group, topic, queueId, offset, timestamp } }) => {
    const topicConfig = existingTopic(topics, topic, 'administer')
    if (!groups.get(group)) throw refusals.SUBSCRIPTION_GROUP_NOT_EXIST({ group, to: 'resetOffset' })
    const targets = new Map<number, number>()
    if (queueId >= 0 && offset !== undefined && offset !== -1) {
      const [min, max] = [store.minOffset(topic, queueId), store.maxOffset(topic, queueId)]
      if (offset < min || offset > max + 1) throw refusals.RESET_OFFSET_NOT_IN_QUEUE({ offset, min, max })
      targets.set(queueId, offset)
    } else {
      const queues = queueId >= 0 ? [queueId] : [...Array(topicConfig.readQueueNums).keys()]
      for (const each of queues) targets.set(each, Math.max(0, await offsetAt(topic, each, timestamp)))
    }
    if (targets.size === 0) throw refusals.RESET_WITHOUT_QUEUES({})
    for (const [each, target] of targets) {
      const queue = { group, topic, queueId: each }
      offsets.reset(queue, target)
      waitingPulls.wakeQueue(topic, each)
      needs.waitingPops.wakeOne(queue)
    }
    logger.info({ group, topic, offsets: Object.fromEntries(targets) }, 'offsets of a group were reset')
    const { brokerName } = config.current
    return {
      body: ResetOffsetBody.encode({
        offsetTable: [...targets].map(([each, target]) => [{ topic, brokerName, queueId: each }, target]),
      }),
    }
  }
}
