import { bodyOf, flag, integer, list, mapOf, nullable, object, string, type ValueOf } from '../body/shape.js'

export const subscriptionDataShape = object({
  classFilterMode: flag(),
  topic: string(),
  subString: nullable(string()),
  tagsSet: list(string()),
  codeSet: list(integer()),
  subVersion: integer(),
  expressionType: nullable(string()),
})

/**
 * What a consumer subscribes of one topic; `codeSet` are the Java hash codes of the tags. Apache:
 * SubscriptionData.
 */
export type SubscriptionData = ValueOf<typeof subscriptionDataShape>

export const { encode: encodeSubscriptionData, decode: decodeSubscriptionData } = bodyOf(
  'SubscriptionData',
  subscriptionDataShape,
)

export const simpleSubscriptionDataShape = object({
  topic: string(),
  expressionType: nullable(string()),
  expression: nullable(string()),
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
  type: string('CUSTOMIZED'),
  exponentialRetryPolicy: nullable(exponentialRetryPolicyShape),
  customizedRetryPolicy: nullable(customizedRetryPolicyShape),
})

/** Which of the two counts: CUSTOMIZED or EXPONENTIAL. Apache: GroupRetryPolicy. */
export type GroupRetryPolicy = ValueOf<typeof groupRetryPolicyShape>

export const subscriptionGroupConfigShape = object({
  groupName: string(),
  consumeEnable: flag(true),
  consumeFromMinEnable: flag(true),
  consumeBroadcastEnable: flag(true),
  consumeMessageOrderly: flag(),
  retryQueueNums: integer(1),
  retryMaxTimes: integer(16),
  groupRetryPolicy: nullable(groupRetryPolicyShape),
  brokerId: integer(),
  whichBrokerWhenConsumeSlowly: integer(1),
  notifyConsumerIdsChangedEnable: flag(true),
  groupSysFlag: integer(),
  consumeTimeoutMinute: integer(15),
  subscriptionDataSet: nullable(list(simpleSubscriptionDataShape)),
  attributes: mapOf(string(), string()),
})

/** What a broker knows of one consumer group. Apache: SubscriptionGroupConfig. */
export type SubscriptionGroupConfig = ValueOf<typeof subscriptionGroupConfigShape>

export const { encode: encodeSubscriptionGroupConfig, decode: decodeSubscriptionGroupConfig } = bodyOf(
  'SubscriptionGroupConfig',
  subscriptionGroupConfigShape,
)
