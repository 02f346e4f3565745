import type { deleteSubscriptiongroup } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { SubscriptionGroupTable } from '../groups/subscription-group-table.js'
import type { ConsumerOffsets } from '../offsets/consumer-offsets.js'
import type { BrokerStats } from '../stats/broker-stats.js'

/** Deletes a group; its offsets stay unless asked for. Apache: AdminBrokerProcessor.deleteSubscriptionGroup. */
export function deleteSubscriptiongroupHandler({
  groups,
  offsets,
  stats,
}: {
  groups: SubscriptionGroupTable
  offsets: ConsumerOffsets
  stats: BrokerStats
}): HandlerOf<typeof deleteSubscriptiongroup> {
  return async ({ fields: { groupName, cleanOffset } }) => {
    await groups.delete(groupName)
    if (cleanOffset) offsets.removeGroup(groupName)
    stats.onGroupDeleted(groupName)
    return {}
  }
}
