import { decodeSubscriptionGroupConfig, type SubscriptionGroupConfig } from '@rocketeer/protocol'

/** A group with Apache's defaults. */
export function subscriptionGroupConfig(groupName: string): SubscriptionGroupConfig {
  return {
    ...decodeSubscriptionGroupConfig(Buffer.from(JSON.stringify({ groupName }))),
    groupRetryPolicy: { type: 'CUSTOMIZED' },
  }
}
