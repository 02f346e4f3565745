import { body } from '../body/body.js'
import { flag, integer, list, mapOf, nullable, object, string, type ValueOf } from '../body/shape.js'

/**
 * What a consumer subscribes of one topic; `codeSet` are the Java hash codes of the tags. Apache:
 * SubscriptionData.
 */
export const SubscriptionData = body('SubscriptionData', {
  classFilterMode: flag(),
  topic: string(),
  subString: nullable(string()),
  tagsSet: list(string()),
  codeSet: list(integer()),
  subVersion: integer(),
  expressionType: nullable(string()),
})
export type SubscriptionData = ValueOf<typeof SubscriptionData>

/** A subscription that every member of the group must have. Apache: SimpleSubscriptionData. */
export const SimpleSubscriptionData = object({
  topic: string(),
  expressionType: nullable(string()),
  expression: nullable(string()),
  version: integer(),
})
export type SimpleSubscriptionData = ValueOf<typeof SimpleSubscriptionData>

/** Delays between retries that double, in milliseconds. Apache: ExponentialRetryPolicy. */
export const ExponentialRetryPolicy = object({
  initial: integer(5000),
  max: integer(7200000),
  multiplier: integer(2),
})
export type ExponentialRetryPolicy = ValueOf<typeof ExponentialRetryPolicy>

/** Delays between retries one by one, in milliseconds. Apache: CustomizedRetryPolicy. */
export const CustomizedRetryPolicy = object({
  next: list(integer()),
})
export type CustomizedRetryPolicy = ValueOf<typeof CustomizedRetryPolicy>

/** Which of the two policies applies; `type` is CUSTOMIZED or EXPONENTIAL. Apache: GroupRetryPolicy. */
export const GroupRetryPolicy = object({
  type: string('CUSTOMIZED'),
  exponentialRetryPolicy: nullable(ExponentialRetryPolicy),
  customizedRetryPolicy: nullable(CustomizedRetryPolicy),
})
export type GroupRetryPolicy = ValueOf<typeof GroupRetryPolicy>

/** What a broker knows of one consumer group. Apache: SubscriptionGroupConfig. */
export const SubscriptionGroupConfig = body('SubscriptionGroupConfig', {
  groupName: string(),
  consumeEnable: flag(true),
  consumeFromMinEnable: flag(true),
  consumeBroadcastEnable: flag(true),
  consumeMessageOrderly: flag(),
  retryQueueNums: integer(1),
  retryMaxTimes: integer(16),
  groupRetryPolicy: nullable(GroupRetryPolicy),
  brokerId: integer(),
  whichBrokerWhenConsumeSlowly: integer(1),
  notifyConsumerIdsChangedEnable: flag(true),
  groupSysFlag: integer(),
  consumeTimeoutMinute: integer(15),
  subscriptionDataSet: nullable(list(SimpleSubscriptionData)),
  attributes: mapOf(string(), string()),
})
export type SubscriptionGroupConfig = ValueOf<typeof SubscriptionGroupConfig>
