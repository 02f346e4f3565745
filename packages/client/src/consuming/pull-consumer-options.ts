import { parseOptions, z } from '@rocketeer/foundation'
import { assignmentOptions } from '../assignment/assignment-options.js'
import { checkGroup, checkTopic } from '../messages/names.js'
import { pullingOptions } from '../pulling/pulling-options.js'
import { readingOptions, subscribeSchema } from '../reading/reading-options.js'

const queueSchema = z.object({
  topic: z.string(),
  brokerName: z.string(),
  queueId: z.int().min(0),
})

export const pullConsumerOptionsSchema = z
  .strictObject({
    ...readingOptions,
    ...assignmentOptions,
    ...pullingOptions,
    /** The queues of these topics are shared with the other members of the group. */
    subscribe: subscribeSchema.optional(),
    /** Exactly these queues, whoever else reads them; `consumer.assign` changes them. */
    assign: z.array(queueSchema).optional(),
    /** What is done with is committed by itself; else only by `commit()`. */
    autoCommit: z.boolean().default(true),
  })
  .refine((options) => (options.subscribe === undefined) !== (options.assign === undefined), {
    message: 'either "subscribe" or "assign" is needed',
  })

/** What `client.pullConsumer` takes. */
export type PullConsumerOptions = z.input<typeof pullConsumerOptionsSchema>
export type PullConsumerConfig = Readonly<z.output<typeof pullConsumerOptionsSchema>>

export interface PollOptions {
  /** 32. */
  messagesMax?: number
  /** How long to wait for the first message, 5000. Apache: DefaultLitePullConsumer.pollTimeoutMillis. */
  waitMs?: number
  signal?: AbortSignal
}

/** Throws `OPTION_INVALID`, `GROUP_INVALID` or `TOPIC_INVALID`. */
export function parsePullConsumerOptions(options: PullConsumerOptions): PullConsumerConfig {
  const config = parseOptions(pullConsumerOptionsSchema, options, 'pullConsumer')
  checkGroup(config.group)
  for (const topic of Object.keys(config.subscribe ?? {})) checkTopic(topic)
  for (const { topic } of config.assign ?? []) checkTopic(topic)
  return config
}
