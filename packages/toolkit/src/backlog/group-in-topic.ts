import type { Client, ConsumerConnection, MessageQueue } from '@rocketeer/client'
import { isRocketeerError } from '@rocketeer/foundation'
import { toolkitErrors } from '../errors.js'

/** A group in one queue of a topic. */
export interface QueuePosition {
  readonly queue: MessageQueue
  /** The offset of the oldest message kept. */
  readonly first: number
  /** The next one the group consumes, not before `first`; undefined when it never committed in this queue. */
  readonly next: number | undefined
  /** One more than the offset of the last message. */
  readonly end: number
}

/** A group and a topic of one client. */
export interface GroupInTopic {
  readonly client: Client
  readonly group: string
  readonly topic: string
}

/** Where the group is in each queue. Rejects with `BACKLOG_NOT_CONSUMED`, or with `NO_ROUTE` for a topic there is not. */
export async function positionsOf({ client, group, topic }: GroupInTopic): Promise<QueuePosition[]> {
  const { offsets, topics } = client.admin()
  const positions = await Promise.all(
    (await topics.queues(topic)).map(async (queue) => {
      const [first, committed, end] = await Promise.all([
        offsets.min(queue),
        offsets.committed(group, queue),
        offsets.max(queue),
      ])
      const next = committed === undefined ? undefined : Math.min(Math.max(committed, first), end)
      return { queue, first, next, end }
    }),
  )
  if (positions.every(({ next }) => next === undefined))
    throw toolkitErrors.BACKLOG_NOT_CONSUMED({ group, topic })
  return positions
}

/** Who is in a group; undefined when nobody is, or there is no such group. */
export async function membersOf(client: Client, group: string): Promise<ConsumerConnection | undefined> {
  try {
    return await client.admin().groups.members(group)
  } catch (error) {
    if (isRocketeerError(error, 'GROUP_UNKNOWN')) return undefined
    throw error
  }
}

/** The clients of the group that subscribe to the topic now. */
export async function membersIn({ client, group, topic }: GroupInTopic): Promise<string[]> {
  const members = await membersOf(client, group)
  if (!members?.subscriptionTable.has(topic)) return []
  return [...members.connectionSet].map(({ clientId }) => clientId ?? 'unknown').sort()
}

/** Rejects with `BACKLOG_GROUP_RUNNING` while somebody consumes. */
export async function checkNobodyConsumes(consumed: GroupInTopic, advice: string): Promise<void> {
  const members = await membersIn(consumed)
  const { group, topic } = consumed
  if (members.length > 0) throw toolkitErrors.BACKLOG_GROUP_RUNNING({ group, topic, members, advice })
}
