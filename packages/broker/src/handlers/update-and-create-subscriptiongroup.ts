import { decodeSubscriptionGroupConfig, type updateAndCreateSubscriptiongroup } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { groupAfter } from '../admin/group-change.js'
import type { SubscriptionGroupTable } from '../groups/subscription-group-table.js'

/** Creates or changes a group; answers when it is saved. Apache: updateAndCreateSubscriptionGroup. */
export function updateAndCreateSubscriptiongroupHandler({
  groups,
}: {
  groups: SubscriptionGroupTable
}): HandlerOf<typeof updateAndCreateSubscriptiongroup> {
  return async ({ body }) => {
    await groups.put([groupAfter(groups, decodeSubscriptionGroupConfig(body))])
    return {}
  }
}
