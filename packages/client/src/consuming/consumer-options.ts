import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseOptions, z } from '@rocketeer/foundation'
import { checkGroup, checkTopic } from '../messages/names.js'
import type { Message } from '../messages/received-message.js'
import { type Allocate, allocations } from '../assignment/allocation.js'
import { SqlExpression } from '../reading/sql.js'

/** What a handler gets besides the message. */
export interface HandlerContext {
  /**
   * Aborted when the result does not count any more: after `consumeTimeoutMs`, when the queue went to another consumer
   * (or the time of a popped message ran out), or when `close` ran out of patience. The message is delivered again in each case.
   */
  readonly signal: AbortSignal
}

/** Returns: consumed. Throws: delivered again later, see `retryLater`. */
export type Handle = (message: Message, context: HandlerContext) => unknown

/** One outcome for all messages of a batch, which are of one queue. */
export type HandleBatch = (messages: readonly Message[], context: HandlerContext) => unknown

const functionOf = <Type>() => z.custom<Type>((value) => typeof value === 'function', 'a function is needed')

/** By topic tags, or a condition on properties: `{ paid: 'coupon || vip', refunds: sql('amount > 100'), all: '*' }`. */
export const subscribeSchema = z
  .record(z.string(), z.union([z.string(), z.instanceof(SqlExpression)]))
  .refine((topics) => Object.keys(topics).length > 0, 'no topic is named')

/** What push and pull consumers have in common. */
export const readingOptions = {
  /**
   * Where a group begins that has no offset yet: behind the last message there is, at the first, or at a time. For
   * `last` a queue that still has its very first message is read from there, so that a new topic loses nothing.
   * Apache: ConsumeFromWhere.
   */
  startFrom: z.union([z.enum(['last', 'first']), z.date()]).default('last'),
  /**
   * How queues are divided among the members; the same for all of them, which no broker checks. By name, or what
   * `allocateByMachineRoom`, `allocateNearby` and `allocateByConfig` make, or a function of your own.
   */
  allocate: z
    .union([z.enum(['average', 'circle', 'consistent-hash']), functionOf<Allocate>()])
    .default('average'),
  /** Messages asked for at once. */
  pullBatchSize: z.int().positive().max(1024).default(32),
  /** Messages of one queue held here, waiting or being handled; no more are pulled then. Apache: pullThresholdForQueue. */
  pullThresholdMessages: z.int().positive().max(65_535).default(1000),
  /** Bytes of bodies of one queue held here. Apache: pullThresholdSizeForQueue. */
  pullThresholdBytes: z
    .int()
    .positive()
    .default(100 * 1024 * 1024),
  /** Distance between the first unfinished message of a queue and the last pulled. Apache: consumeConcurrentlyMaxSpan. */
  pullThresholdSpan: z.int().positive().default(2000),
  /** Longest time a broker may hold a pull. Apache: brokerSuspendMaxTimeMillis. */
  pullWaitMs: z.int().min(0).default(15_000),
  rebalanceIntervalMs: z.int().positive().default(20_000),
  persistOffsetIntervalMs: z.int().positive().default(5_000),
}

export const consumerOptionsSchema = z
  .strictObject({
    ...readingOptions,
    group: z.string(),
    subscribe: subscribeSchema,
    handle: functionOf<Handle>().optional(),
    /** Instead of `handle`. */
    handleBatch: functionOf<HandleBatch>().optional(),
    /**
     * `clustering`: the members of the group share the messages. `broadcasting`: each gets all of them, keeps its
     * offsets itself, and nothing is delivered again. Apache: MessageModel.
     */
    mode: z.enum(['clustering', 'broadcasting']).default('clustering'),
    /**
     * One message of a queue after the other; what a handler fails on keeps its place and comes again. Different
     * queues go side by side. Apache: MessageListenerOrderly.
     */
    ordered: z.boolean().default(false),
    /** In order: how long a queue waits after a failure. Apache: suspendCurrentQueueTimeMillis. */
    suspendMs: z.int().min(10).default(1_000),
    /**
     * Who divides the queues. `broker`: it also says whether to pull or pop a topic, and may change its mind while the
     * consumer runs; brokers before 5.0 leave it to the client, as do consumers in order, broadcasting, and those with an
     * `allocate` function. Apache: `setClientRebalance(false)`.
     */
    assignedBy: z.enum(['client', 'broker']).default('client'),
    /** Messages popped at once. Apache: popBatchNums. */
    popBatchSize: z.int().positive().max(32).default(32),
    /**
     * How long a popped message is invisible to others. It is renewed while a handler runs, so it is the time after which
     * the messages of a consumer that was killed come back. Apache: popInvisibleTime.
     */
    popInvisibleMs: z.int().min(5_000).max(300_000).default(60_000),
    /** Messages of an assigned queue popped and not acknowledged; no more are popped then. Apache: popThresholdForQueue. */
    popThresholdMessages: z.int().positive().max(65_535).default(96),
    /** Where a broadcasting consumer keeps its offsets. Apache: `rocketmq.client.localOffsetStoreDir`. */
    localOffsetsDirectory: z
      .string()
      .min(1)
      .default(() => join(homedir(), '.rocketmq_offsets')),
    /** Handlers running at the same time. Apache: consumeThreadMin. */
    concurrency: z.int().positive().max(65_535).default(20),
    /** Messages given to `handleBatch` at once, at most. Apache: consumeMessageBatchMaxSize. */
    batchSize: z.int().positive().max(1024).default(1),
    /** A handler that takes longer loses its message, which is delivered again; not in order. Apache: consumeTimeout. */
    consumeTimeoutMs: z
      .int()
      .positive()
      .default(15 * 60_000),
    /**
     * Deliveries before the dead-letter queue; left out, the group's setting at the broker counts (16), for what is popped
     * 16, and in order there is no limit.
     */
    maxReconsumeTimes: z.int().min(0).optional(),
    /** How long `close` waits for handlers that run. */
    closeTimeoutMs: z.int().min(0).default(30_000),
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

export function allocateOf(config: Pick<ConsumerConfig, 'allocate'>): Allocate {
  return typeof config.allocate === 'function' ? config.allocate : allocations[config.allocate]
}
