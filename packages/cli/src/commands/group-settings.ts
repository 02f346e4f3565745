import type { SubscriptionGroupConfig } from '@rocketeer/client'

/** The settings of a group under the names that `admin.groups.update` takes. */
export function settingsJson(config: SubscriptionGroupConfig): object {
  return {
    group: config.groupName,
    retriesMax: config.retryMaxTimes,
    retryQueues: config.retryQueueNums,
    allowConsuming: config.consumeEnable,
    allowBroadcasting: config.consumeBroadcastEnable,
    ordered: config.consumeMessageOrderly,
    attributes: Object.fromEntries(config.attributes),
  }
}
