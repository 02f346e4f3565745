import type { SubscriptionGroupConfig } from '@rocketeer/protocol/bodies'
import { getAllSubscriptiongroupConfig, SubscriptionGroupWrapper } from '@rocketeer/protocol/commands'
import type { AdminNeeds } from './cluster.js'

/** Groups are fetched in pages from 5.4 on; older brokers send all at once whatever is asked. */
const GROUPS_PER_PAGE = 1_000

/** The settings of every group that a broker knows. */
export async function groupConfigsOn(
  { brokers }: AdminNeeds,
  brokerName: string,
): Promise<SubscriptionGroupConfig[]> {
  const found: SubscriptionGroupConfig[] = []
  for (let groupSeq = 0; ; groupSeq += GROUPS_PER_PAGE) {
    const fields = { groupSeq, maxGroupNum: GROUPS_PER_PAGE }
    const response = await brokers.call(brokerName, getAllSubscriptiongroupConfig, fields)
    found.push(...SubscriptionGroupWrapper.decode(response.body).subscriptionGroupTable.values())
    const total = response.fields.totalGroupNum
    if (total === undefined || groupSeq + GROUPS_PER_PAGE >= total) return found
  }
}
