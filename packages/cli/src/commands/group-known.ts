import type { Client, SubscriptionGroupConfig } from '@rocketeer/client'

/**
 * The settings of a group; undefined for one that has only offsets. Rejects with `GROUP_UNKNOWN`: a misspelt name should not
 * look like an empty group.
 */
export async function knownGroup(
  client: Client,
  group: string,
): Promise<SubscriptionGroupConfig | undefined> {
  const { groups } = client.admin()
  const config = (await groups.list({ system: true })).find(({ groupName }) => groupName === group)
  if (config === undefined) await groups.progress(group)
  return config
}
