import { parseOptions, z } from '@rocketeer/foundation'
import { assignmentOptions } from '../assignment/assignment-options.js'
import { handlingOptions } from '../handling/handling-options.js'
import { checkGroup, checkTopic } from '../messages/names.js'
import { poppingOptions } from '../popping/popping-options.js'
import { dispatchOptions, pullingOptions } from '../pulling/pulling-options.js'
import { readingOptions, subscribeSchema } from '../reading/reading-options.js'

export const consumerOptionsSchema = z
  .strictObject({
    ...readingOptions,
    ...assignmentOptions,
    ...pullingOptions,
    ...dispatchOptions,
    ...poppingOptions,
    ...handlingOptions,
    subscribe: subscribeSchema,
    /**
     * Who divides the queues. `broker`: it also says whether to pull or pop a topic, and may change its mind while the
     * consumer runs; brokers before 5.0 leave it to the client, as do consumers in order, broadcasting, and those with an
     * `allocate` function. Apache: `setClientRebalance(false)`.
     */
    assignedBy: z.enum(['client', 'broker']).default('client'),
  })
  .refine((options) => (options.handle === undefined) !== (options.handleBatch === undefined), {
    message: 'either "handle" or "handleBatch" is needed',
  })
  .refine((options) => options.batchSize === 1 || options.handleBatch !== undefined, {
    message: '"batchSize" above 1 needs "handleBatch"',
  })

/** What `client.consumer` takes. */
export type ConsumerOptions = z.input<typeof consumerOptionsSchema>
export type ConsumerConfig = Readonly<z.output<typeof consumerOptionsSchema>>

/** Throws `OPTION_INVALID`, `GROUP_INVALID` or `TOPIC_INVALID`. */
export function parseConsumerOptions(options: ConsumerOptions): ConsumerConfig {
  const config = parseOptions(consumerOptionsSchema, options, 'consumer')
  checkGroup(config.group)
  for (const topic of Object.keys(config.subscribe)) checkTopic(topic)
  return config
}
