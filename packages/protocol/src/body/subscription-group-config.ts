import { bodyOf, flag, integer, list, mapOf, object, optional, text, type ValueOf } from './shape.js'

export const simpleSubscriptionDataShape = object({
  topic: text(),
  expressionType: optional(text()),
  expression: optional(text()),
  version: integer(),
})

/** A subscription a group is held to. Apache: SimpleSubscriptionData. */
export type SimpleSubscriptionData = ValueOf<typeof simpleSubscriptionDataShape>

export const exponentialRetryPolicyShape = object({
  initial: integer(5000),
  max: integer(7200000),
  multiplier: integer(2),
})

/** Delays between retries that double, in milliseconds. Apache: ExponentialRetryPolicy. */
export type ExponentialRetryPolicy = ValueOf<typeof exponentialRetryPolicyShape>

export const customizedRetryPolicyShape = object({
  next: list(integer()),
})

/** Delays between retries one by one, in milliseconds. Apache: CustomizedRetryPolicy. */
export type CustomizedRetryPolicy = ValueOf<typeof customizedRetryPolicyShape>

export const groupRetryPolicyShape = object({
  type: text('CUSTOMIZED'),
  exponentialRetryPolicy: optional(exponentialRetryPolicyShape),
  customizedRetryPolicy: optional(customizedRetryPolicyShape),
})

/** Which of the two counts: CUSTOMIZED or EXPONENTIAL. Apache: GroupRetryPolicy. */
export type GroupRetryPolicy = ValueOf<typeof groupRetryPolicyShape>

export const subscriptionGroupConfigShape = object({
  groupName: text(),
  consumeEnable: flag(true),
  consumeFromMinEnable: flag(true),
  consumeBroadcastEnable: flag(true),
  consumeMessageOrderly: flag(),
  retryQueueNums: integer(1),
  retryMaxTimes: integer(16),
  groupRetryPolicy: optional(groupRetryPolicyShape),
  brokerId: integer(),
  whichBrokerWhenConsumeSlowly: integer(1),
  notifyConsumerIdsChangedEnable: flag(true),
  groupSysFlag: integer(),
  consumeTimeoutMinute: integer(15),
  subscriptionDataSet: optional(list(simpleSubscriptionDataShape)),
  attributes: mapOf(text(), text()),
})

/** What a broker knows of one consumer group. Apache: SubscriptionGroupConfig. */
export type SubscriptionGroupConfig = ValueOf<typeof subscriptionGroupConfigShape>

export const { encode: encodeSubscriptionGroupConfig, decode: decodeSubscriptionGroupConfig } = bodyOf(
  'SubscriptionGroupConfig',
  subscriptionGroupConfigShape,
)
