import { deadLetterTopicOf, retryTopicOf } from '@rocketeer/protocol'
import { clientErrors } from '../errors.js'
import { type AdminNeeds, masterNames } from './cluster.js'
import { consumedQueues } from './consumed-queues.js'
import { groupConfigsOn } from './group-configs.js'

/**
 * Throws `GROUP_UNKNOWN` for a group that no master knows, neither by its settings nor by its offsets: Apache's brokers
 * accept offsets of any group. Brokers answer requests about a misspelt name as if it were a group that has consumed
 * nothing, and some create one.
 */
export async function checkGroupKnown(needs: AdminNeeds, group: string): Promise<void> {
  for (const name of await masterNames(needs)) {
    const configs = await groupConfigsOn(needs, name)
    if (configs.some(({ groupName }) => groupName === group)) return
  }
  const { queues } = await consumedQueues(needs, group)
  if (queues.length === 0) throw clientErrors.GROUP_UNKNOWN({ group })
}

/** The same for calls that are made again and again: the routes of a group's retry topic and dead letters are kept. */
export async function checkGroupSeen(needs: AdminNeeds, group: string): Promise<void> {
  for (const topic of [retryTopicOf(group), deadLetterTopicOf(group)])
    if ((await needs.routes.find(topic)) !== undefined) return
  await checkGroupKnown(needs, group)
}
