import type { Client, SubscriptionGroupConfig } from '@rocketeer/client'
import { CommandFailed } from '../failure.js'
import { didYouMean } from '../suggestion.js'

/**
 * The settings of a group. Brokers answer for one they never heard of as for an empty one; a typing mistake should not
 * look like that.
 */
export async function knownGroup(client: Client, group: string): Promise<SubscriptionGroupConfig> {
  const known = await client.admin().groups.list({ system: true })
  const config = known.find(({ groupName }) => groupName === group)
  if (config !== undefined) return config
  const names = known.map(({ groupName }) => groupName)
  throw new CommandFailed(
    `there is no consumer group "${group}"; "rocketeer group list" shows those there are.${await didYouMean(group, names)}`,
  )
}
