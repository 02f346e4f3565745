import { decodeSubscriptionGroupList, type updateAndCreateSubscriptiongroupList } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { groupAfter } from '../admin/group-change.js'
import type { SubscriptionGroupTable } from '../groups/subscription-group-table.js'

/** Creates or changes all of the groups or, when one is refused, none. Apache: updateAndCreateSubscriptionGroupList. */
export function updateAndCreateSubscriptiongroupListHandler({
  groups,
}: {
  groups: SubscriptionGroupTable
}): HandlerOf<typeof updateAndCreateSubscriptiongroupList> {
  return async ({ body }) => {
    const { groupConfigList } = decodeSubscriptionGroupList(body)
    const after = groupConfigList.map((asked) => groupAfter(groups, asked))
    if (after.length > 0) await groups.put(after)
    return {}
  }
}
