import { groupNameProblem } from '@rocketeer/protocol'
import type { SubscriptionGroupConfig } from '@rocketeer/protocol/bodies'
import { refusals } from '../errors.js'
import { alterAttributes, groupAttributes } from '../tables/attributes.js'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'

/** Queues of a retry topic. */
const RETRY_QUEUE_NUMS_MAX = 1024

/**
 * The group as an administrator's request changes or creates it. `requested.attributes` are changes to the present ones.
 * Throws `GROUP_NAME_ILLEGAL` or `GROUP_CONFIG_ILLEGAL`. Apache: AdminBrokerProcessor.updateAndCreateSubscriptionGroup.
 */
export function groupAfter(
  groups: SubscriptionGroupTable,
  requested: SubscriptionGroupConfig,
): SubscriptionGroupConfig {
  const group = requested.groupName
  const reason = groupNameProblem(group)
  if (reason !== undefined) throw refusals.GROUP_NAME_ILLEGAL({ group, reason })
  if (requested.retryQueueNums < 0 || requested.retryQueueNums > RETRY_QUEUE_NUMS_MAX) {
    throw refusals.GROUP_CONFIG_ILLEGAL({
      group,
      reason: `retryQueueNums is ${requested.retryQueueNums}, it must be between 0 and ${RETRY_QUEUE_NUMS_MAX}`,
    })
  }
  const attributes = alterAttributes(groupAttributes, groups.get(group)?.attributes, requested.attributes)
  return { ...requested, attributes }
}
