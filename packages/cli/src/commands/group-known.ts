import type { Client, SubscriptionGroupConfig } from '@rocketeer/client'
import { CommandFailed } from '../failure.js'
import { didYouMean } from '../suggestion.js'

/**
 * The settings of a group. Throws `CommandFailed` for an unknown group, because brokers answer requests about it as if it
 * were empty, and a misspelt name should not look like an empty group.
 */
export async function knownGroup(client: Client, group: string): Promise<SubscriptionGroupConfig> {
  const known = await client.admin().groups.list({ system: true })
  const config = known.find(({ groupName }) => groupName === group)
  if (config !== undefined) return config
  const names = known.map(({ groupName }) => groupName)
  throw new CommandFailed(
    `there is no consumer group "${group}"; "rocketeer group list" shows all groups.${didYouMean(group, names)}`,
  )
}
