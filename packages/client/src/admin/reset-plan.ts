import { GroupList, queryTopicConsumeByWho } from '@rocketeer/protocol/commands'
import { checkGroup } from '../messages/names.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { AdminNeeds } from './admin-needs.js'
import { checkResetTime, committedOffset, maxOffset, minOffset, offsetAt } from './offsets.js'

/** What a reset would do to one queue. */
export interface QueueReset {
  queue: MessageQueue
  /** Undefined where the group has no offset yet. */
  from: number | undefined
  to: number
  /** Messages consumed again, or, below 0, skipped; undefined where `from` is. */
  again: number | undefined
}

/** What `resetOffset` to the same time would do now, queue by queue; nothing is changed. -1 is the end. */
export async function planReset(
  needs: AdminNeeds,
  group: string,
  topic: string,
  timestamp: number,
): Promise<QueueReset[]> {
  checkGroup(group)
  checkResetTime(needs, group, topic, timestamp)
  const { readQueues } = await needs.routes.existing(topic)
  return Promise.all(
    readQueues.map(async (queue) => {
      const target = timestamp < 0 ? maxOffset(needs, queue) : offsetAt(needs, queue, timestamp)
      const [from, to, min] = await Promise.all([
        committedOffset(needs, group, queue),
        target,
        minOffset(needs, queue),
      ])
      // What is deleted already is not consumed again.
      return {
        queue,
        from,
        to,
        again: from === undefined ? undefined : Math.max(from, min) - Math.max(to, min),
      }
    }),
  )
}

/** Groups that subscribe to a topic now or have offsets of it, sorted. Apache: mqadmin queryTopicConsumeByWho. */
export async function groupsOfTopic(needs: AdminNeeds, topic: string): Promise<string[]> {
  const { brokerNames } = await needs.routes.existing(topic)
  const lists = await Promise.all(
    brokerNames.map(async (name) => {
      const response = await needs.brokers.call(name, queryTopicConsumeByWho, { topic }, undefined, {
        orAny: true,
      })
      return GroupList.decode(response.body).groupList
    }),
  )
  return [...new Set(lists.flat())].sort()
}
