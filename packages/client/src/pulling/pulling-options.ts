import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from '@rocketeer/foundation'
import type { ReadingConfig } from '../reading/reading-options.js'

/** How queues are pulled, by push and pull consumers. */
export const pullingOptions = {
  /** Messages asked for at once. */
  pullBatchSize: z.int().positive().max(1024).default(32),
  /** The most messages of one queue in the backlog; no more are pulled then. Apache: pullThresholdForQueue. */
  pullThresholdMessages: z.int().positive().max(65_535).default(1000),
  /** The most bytes of bodies of one queue in the backlog. Apache: pullThresholdSizeForQueue. */
  pullThresholdBytes: z
    .int()
    .positive()
    .default(100 * 1024 * 1024),
  /** Distance between the first unfinished message of a queue and the last pulled. Apache: consumeConcurrentlyMaxSpan. */
  pullThresholdSpan: z.int().positive().default(2000),
  persistOffsetIntervalMs: z.int().positive().default(5_000),
}

/** What a push consumer does with what it pulls. */
export const dispatchOptions = {
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
  /** Where a broadcasting consumer keeps its offsets. Apache: `rocketmq.client.localOffsetStoreDir`. */
  localOffsetsDirectory: z
    .string()
    .min(1)
    .default(() => join(homedir(), '.rocketmq_offsets')),
}

export type PullingConfig = ReadingConfig & Readonly<z.output<z.ZodObject<typeof pullingOptions>>>
export type DispatchConfig = Readonly<z.output<z.ZodObject<typeof dispatchOptions>>>
