import { SubscriptionGroupConfig } from '@rocketeer/protocol/bodies'

/** A group with Apache's defaults. */
export function subscriptionGroupConfig(groupName: string): SubscriptionGroupConfig {
  return {
    ...SubscriptionGroupConfig.decode(Buffer.from(JSON.stringify({ groupName }))),
    groupRetryPolicy: { type: 'CUSTOMIZED' },
  }
}
