import type { SubscriptionGroupConfig } from '@rocketeer/protocol/bodies'
import type { BrokerChoice } from './cluster.js'

/** What a consumer group may do, and on which brokers that is set. */
export interface GroupSettings extends BrokerChoice {
  /** Deliveries after the first before a message is a dead letter, 16. Apache: retryMaxTimes. */
  retriesMax?: number | undefined
  /** Queues of its retry topic on each broker, 1. Apache: retryQueueNums. */
  retryQueues?: number | undefined
  /** False: brokers give the group no messages. Apache: consumeEnable. */
  allowConsuming?: boolean | undefined
  /** False: its consumers may not broadcast. Apache: consumeBroadcastEnable. */
  allowBroadcasting?: boolean | undefined
  /**
   * True: clients of the gRPC protocol (5.x) get its messages in order, false unless given. Consumers of the remoting
   * protocol, ours among them, say so themselves (`ordered`). Apache: consumeMessageOrderly.
   */
  ordered?: boolean | undefined
}

/** The settings of a group for which none are given. Apache: SubscriptionGroupConfig. */
export function defaultsOf(groupName: string): SubscriptionGroupConfig {
  return {
    groupName,
    consumeEnable: true,
    consumeFromMinEnable: true,
    consumeBroadcastEnable: true,
    consumeMessageOrderly: false,
    retryQueueNums: 1,
    retryMaxTimes: 16,
    groupRetryPolicy: undefined,
    brokerId: 0,
    whichBrokerWhenConsumeSlowly: 1,
    notifyConsumerIdsChangedEnable: true,
    groupSysFlag: 0,
    consumeTimeoutMinute: 15,
    subscriptionDataSet: undefined,
    attributes: new Map(),
  }
}

/** `config` with what `settings` names. */
export function changed(config: SubscriptionGroupConfig, settings: GroupSettings): SubscriptionGroupConfig {
  return {
    ...config,
    retryMaxTimes: settings.retriesMax ?? config.retryMaxTimes,
    retryQueueNums: settings.retryQueues ?? config.retryQueueNums,
    consumeEnable: settings.allowConsuming ?? config.consumeEnable,
    consumeBroadcastEnable: settings.allowBroadcasting ?? config.consumeBroadcastEnable,
    consumeMessageOrderly: settings.ordered ?? config.consumeMessageOrderly,
  }
}
