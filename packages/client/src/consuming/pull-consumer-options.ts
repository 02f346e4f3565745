import { option, parseOptions, z } from '@rocketeer/foundation'
import { parseClientOptions } from '../apache-names.js'
import { type AssignmentOptions, assignmentOptions } from '../assignment/assignment-options.js'
import { checkGroup, checkTopic } from '../messages/names.js'
import { type PullingOptions, pullingOptions } from '../pulling/pulling-options.js'
import {
  type ReadingOptions,
  readingOptions,
  type Subscribe,
  subscribeSchema,
} from '../reading/reading-options.js'
import type { MessageQueue } from '../routing/message-queue.js'

/** What `client.pullConsumer` takes; either `subscribe` or `assign` is needed. */
export interface PullConsumerOptions extends ReadingOptions, AssignmentOptions, PullingOptions {
  /**
   * Topics with the messages wanted of each, as for a push consumer; their queues are shared with the other members of
   * the group.
   */
  subscribe?: Subscribe | undefined
  /** Exactly these queues, whoever else reads them; `consumer.assign` changes them. */
  assign?: MessageQueue[] | undefined
  /** True, the default: messages that are done are committed automatically. False: only `commit()` commits. */
  autoCommit?: boolean | undefined
}

const queueSchema: z.ZodType<MessageQueue, MessageQueue> = z.object({
  topic: z.string(),
  brokerName: z.string(),
  queueId: z.int().min(0),
})

export const pullConsumerOptionsSchema = z
  .strictObject({
    ...readingOptions,
    ...assignmentOptions,
    ...pullingOptions,
    subscribe: subscribeSchema.optional(),
    assign: z.array(queueSchema).optional(),
    autoCommit: z.boolean().default(true),
  })
  .refine((options) => (options.subscribe === undefined) !== (options.assign === undefined), {
    message: 'either "subscribe" or "assign" is needed',
  })

export type PullConsumerConfig = Readonly<z.output<typeof pullConsumerOptionsSchema>>

/** What `consumer.poll` takes. */
export interface PollOptions {
  /** The most messages to give, 32. */
  messagesMax?: number | undefined
  /** How long to wait for the first message, 5,000 ms. Apache: DefaultLitePullConsumer.pollTimeoutMillis. */
  waitMs?: number | undefined
  /** Ends the waiting; the poll rejects with its reason. */
  signal?: AbortSignal | undefined
}

const pollOptionsSchema = z.strictObject({
  messagesMax: option.count().optional(),
  waitMs: option.wait().optional(),
  signal: z.instanceof(AbortSignal).optional(),
})

/** Throws `OPTION_INVALID`. */
export function checkPollOptions(options: PollOptions): void {
  parseOptions(pollOptionsSchema, options, 'poll')
}

/** Throws `OPTION_INVALID`, `GROUP_INVALID` or `TOPIC_INVALID`. */
export function parsePullConsumerOptions(options: PullConsumerOptions): PullConsumerConfig {
  const config = parseClientOptions(pullConsumerOptionsSchema, options, 'pull consumer')
  checkGroup(config.group)
  for (const topic of Object.keys(config.subscribe ?? {})) checkTopic(topic)
  for (const { topic } of config.assign ?? []) checkTopic(topic)
  return config
}
