import { z } from '@rocketeer/foundation'
import { parseClientOptions } from '../apache-names.js'
import { type AssignmentOptions, assignmentOptions } from '../assignment/assignment-options.js'
import { type HandlingOptions, handlingOptions } from '../handling/handling-options.js'
import { checkGroup, checkTopic } from '../messages/names.js'
import { type PoppingOptions, poppingOptions } from '../popping/popping-options.js'
import {
  type ModeOptions,
  modeOptions,
  type PullingOptions,
  pullingOptions,
} from '../pulling/pulling-options.js'
import {
  type ReadingOptions,
  readingOptions,
  type Subscribe,
  subscribeSchema,
} from '../reading/reading-options.js'

/** What `client.consumer` takes: either `handle` or `handleBatch`, and what the group is to do. */
export type ConsumerOptions = SubscriptionOptions & HandlingOptions

/** What a push consumer consumes, and how it gets it. */
export interface SubscriptionOptions
  extends ReadingOptions,
    AssignmentOptions,
    PullingOptions,
    ModeOptions,
    PoppingOptions {
  /** Topics with the messages wanted of each: `{ paid: 'coupon || vip', refunds: sql('amount > 100'), all: '*' }`. */
  subscribe: Subscribe
  /**
   * Who divides the queues, `'client'` by default. With `'broker'` the broker also says whether to pull or pop a topic,
   * and may change that while the consumer runs; brokers before 5.0 leave it to the client, as do consumers in order,
   * broadcasting, and those with an `allocate` function. Apache: `setClientRebalance(false)`.
   */
  assignedBy?: 'client' | 'broker' | undefined
}

export const consumerOptionsSchema = z
  .strictObject({
    ...readingOptions,
    ...assignmentOptions,
    ...pullingOptions,
    ...modeOptions,
    ...poppingOptions,
    ...handlingOptions,
    subscribe: subscribeSchema,
    assignedBy: z.enum(['client', 'broker']).default('client'),
  })
  .refine((options) => (options.handle === undefined) !== (options.handleBatch === undefined), {
    message: 'either "handle" or "handleBatch" is needed',
  })
  .refine((options) => options.batchSize === 1 || options.handleBatch !== undefined, {
    message: '"batchSize" above 1 needs "handleBatch"',
  })

export type ConsumerConfig = Readonly<z.output<typeof consumerOptionsSchema>>

/** Throws `OPTION_INVALID`, `GROUP_INVALID` or `TOPIC_INVALID`. */
export function parseConsumerOptions(options: ConsumerOptions): ConsumerConfig {
  const config = parseClientOptions(consumerOptionsSchema, options, 'consumer')
  checkGroup(config.group)
  for (const topic of Object.keys(config.subscribe)) checkTopic(topic)
  return config
}
