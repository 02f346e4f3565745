import { z } from '@rocketeer/foundation'

/** Apache: SimpleSubscriptionData. */
const subscriptionSchema = z.looseObject({
  topic: z.string(),
  expressionType: z.string().nullish(),
  expression: z.string().nullish(),
  version: z.int().default(0),
})

/** Apache: GroupRetryPolicy; the policies themselves only matter to pop consumers. */
const retryPolicySchema = z.looseObject({ type: z.enum(['CUSTOMIZED', 'EXPONENTIAL']).default('CUSTOMIZED') })

/**
 * As in subscriptionGroup.json; fields of later versions are kept as they are.
 * Apache: org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig.
 */
export const subscriptionGroupConfigSchema = z.looseObject({
  groupName: z.string().min(1),
  consumeEnable: z.boolean().default(true),
  consumeFromMinEnable: z.boolean().default(true),
  consumeBroadcastEnable: z.boolean().default(true),
  consumeMessageOrderly: z.boolean().default(false),
  /** Queues of the group's retry topic. */
  retryQueueNums: z.int().min(0).default(1),
  /** Deliveries after the first before a message becomes a dead letter; -1 leaves it to the consumer. */
  retryMaxTimes: z.int().default(16),
  groupRetryPolicy: retryPolicySchema
    .nullish()
    .transform((value) => value ?? { type: 'CUSTOMIZED' as const }),
  brokerId: z.int().default(0),
  whichBrokerWhenConsumeSlowly: z.int().default(1),
  notifyConsumerIdsChangedEnable: z.boolean().default(true),
  groupSysFlag: z.int().default(0),
  consumeTimeoutMinute: z.int().default(15),
  subscriptionDataSet: z.array(subscriptionSchema).nullish(),
  attributes: z
    .record(z.string(), z.string())
    .nullish()
    .transform((value) => value ?? {}),
})

/** One consumer group's settings; replaced, never changed in place. */
export type SubscriptionGroupConfig = Readonly<z.output<typeof subscriptionGroupConfigSchema>>

/** A group with Apache's defaults. */
export function subscriptionGroupConfig(groupName: string): SubscriptionGroupConfig {
  return subscriptionGroupConfigSchema.parse({ groupName })
}
