import {
  encodeSubscriptionGroupConfig,
  type getSubscriptiongroupConfig,
  ResponseCode,
} from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { SubscriptionGroupTable } from '../groups/subscription-group-table.js'

/** Creates the group when that is allowed, as Apache's getSubscriptionGroup does. */
export function getSubscriptiongroupConfigHandler({
  groups,
}: {
  groups: SubscriptionGroupTable
}): HandlerOf<typeof getSubscriptiongroupConfig> {
  return ({ fields: { group } }) => {
    const config = groups.find(group)
    if (config) return { body: encodeSubscriptionGroupConfig(config) }
    return { code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, remark: 'No group in this broker' }
  }
}
