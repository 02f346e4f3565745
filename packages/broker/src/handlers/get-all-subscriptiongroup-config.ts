import { encodeSubscriptionGroupWrapper, type getAllSubscriptiongroupConfig } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { pageOf } from '../admin/page.js'
import type { SubscriptionGroupTable } from '../groups/subscription-group-table.js'

/** All groups, or a page of them. Apache: AdminBrokerProcessor.getAllSubscriptionGroup. */
export function getAllSubscriptiongroupConfigHandler({
  groups,
}: {
  groups: SubscriptionGroupTable
}): HandlerOf<typeof getAllSubscriptiongroupConfig> {
  return ({ fields }) => {
    const version = groups.dataVersion
    const page = { from: fields.groupSeq, entriesMax: fields.maxGroupNum, version: fields.dataVersion }
    const configs = pageOf(groups.all(), version, page)
    const forbidden = [...groups.forbiddenTable()].filter(([group]) => configs.has(group))
    return {
      fields: { totalGroupNum: groups.all().size },
      body: encodeSubscriptionGroupWrapper({
        subscriptionGroupTable: configs,
        forbiddenTable: new Map(forbidden),
        dataVersion: version,
      }),
    }
  }
}
