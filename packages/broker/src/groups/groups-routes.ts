import { SubscriptionGroupConfig } from '@rocketeer/protocol/bodies'
import {
  deleteSubscriptiongroup,
  GroupForbidden,
  getAllSubscriptiongroupConfig,
  getSubscriptiongroupConfig,
  SubscriptionGroupList,
  SubscriptionGroupWrapper,
  updateAndCreateSubscriptiongroup,
  updateAndCreateSubscriptiongroupList,
  updateAndGetGroupForbidden,
} from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import { existingGroup } from '../access/access.js'
import type { BrokerStats } from '../stats/broker-stats.js'
import type { ConsumerOffsets } from '../tables/consumer-offsets.js'
import { pageOf } from '../tables/page.js'
import { READ_FLAG, type SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import { groupAfter } from './group-change.js'

interface Needs {
  readonly groups: SubscriptionGroupTable
  readonly offsets: ConsumerOffsets
  readonly stats: BrokerStats
}

/** Administration of consumer groups. Apache: AdminBrokerProcessor. */
export function groupsRoutes({ groups, offsets, stats }: Needs): Route[] {
  return [
    // Creates or changes a group; answers when it is saved.
    route(updateAndCreateSubscriptiongroup, async ({ body }) => {
      await groups.put([groupAfter(groups, SubscriptionGroupConfig.decode(body))])
      return {}
    }),

    // Creates or changes all of the groups or, when one is refused, none.
    route(updateAndCreateSubscriptiongroupList, async ({ body }) => {
      const { groupConfigList } = SubscriptionGroupList.decode(body)
      const after = groupConfigList.map((requested) => groupAfter(groups, requested))
      if (after.length > 0) await groups.put(after)
      return {}
    }),

    // Deletes a group; its offsets only when asked to.
    route(deleteSubscriptiongroup, async ({ fields: { groupName, cleanOffset } }) => {
      await groups.delete(groupName)
      if (cleanOffset) offsets.removeGroup(groupName)
      stats.onGroupDeleted(groupName)
      return {}
    }),

    // All groups, or a page of them.
    route(getAllSubscriptiongroupConfig, ({ fields }) => {
      const version = groups.dataVersion
      const page = { from: fields.groupSeq, entriesMax: fields.maxGroupNum, version: fields.dataVersion }
      const configs = pageOf(groups.all(), version, page)
      const forbidden = [...groups.forbiddenTable()].filter(([group]) => configs.has(group))
      return {
        fields: { totalGroupNum: groups.all().size },
        body: SubscriptionGroupWrapper.encode({
          subscriptionGroupTable: configs,
          forbiddenTable: new Map(forbidden),
          dataVersion: version,
        }),
      }
    }),

    // Creates the group when that is allowed, as Apache's getSubscriptionGroup does.
    route(getSubscriptiongroupConfig, ({ fields: { group } }) => {
      const config = existingGroup(groups, group, 'administer')
      return { body: SubscriptionGroupConfig.encode(config) }
    }),

    route(updateAndGetGroupForbidden, async ({ fields: { group, topic, readable } }) => {
      if (readable !== undefined) await groups.setForbidden({ group, topic, flag: READ_FLAG }, !readable)
      const now = !groups.isForbidden(group, topic, READ_FLAG)
      return { remark: '', body: GroupForbidden.encode({ group, topic, readable: now }) }
    }),
  ]
}
