import type { Client, MessageQueue } from '@rocketeer/client'
import { isRocketeerError } from '@rocketeer/foundation'

/** What a group has yet to consume. */
export interface GroupLeft {
  readonly messages: number
  /** Whether they are due or not. */
  readonly retries: number
}

/** The end of each queue of some topics, now. */
export async function endsOf(client: Client, topics: readonly string[]): Promise<Map<MessageQueue, number>> {
  const { topics: admin, offsets } = client.admin()
  const queues = (await Promise.all(topics.map((topic) => admin.queues(topic)))).flat()
  return new Map(await Promise.all(queues.map(async (queue) => [queue, await offsets.max(queue)] as const)))
}

/** What is left of what was stored before `ends`, and of all retries. */
export async function leftBefore(
  client: Client,
  group: string,
  ends: ReadonlyMap<MessageQueue, number>,
): Promise<GroupLeft> {
  const { offsets, groups } = client.admin()
  const left = await Promise.all(
    [...ends].map(async ([queue, end]) => {
      if (end === 0) return 0
      const next = (await offsets.committed(group, queue)) ?? (await offsets.min(queue))
      return Math.max(0, end - next)
    }),
  )
  const { retries } = await groups.progress(group)
  return { messages: left.reduce((sum, each) => sum + each, 0), retries: retries.ready + retries.delayed }
}

/** Whether a group has an offset in every queue of a topic that has messages. */
export async function hasOffsets(client: Client, group: string, topic: string): Promise<boolean> {
  const { offsets, topics } = client.admin()
  const found = await Promise.all(
    (await topics.queues(topic)).map(async (queue) => {
      try {
        return (await offsets.committed(group, queue)) !== undefined || (await offsets.max(queue)) === 0
      } catch (error) {
        if (isRocketeerError(error, 'GROUP_UNKNOWN')) return false
        throw error
      }
    }),
  )
  return found.every(Boolean)
}
