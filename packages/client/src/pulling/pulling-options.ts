import { homedir } from 'node:os'
import { join } from 'node:path'
import { option, z } from '@rocketeer/foundation'
import type { ReadingConfig } from '../reading/reading-options.js'

/** How queues are pulled, by push and pull consumers. */
export interface PullingOptions {
  /** Messages asked for at once, 32. Apache: pullBatchSize. */
  pullBatchSize?: number | undefined
  /** The most messages of one queue in the backlog, 1000; no more are pulled then. Apache: pullThresholdForQueue. */
  pullThresholdMessages?: number | undefined
  /** The most bytes of bodies of one queue in the backlog, 100 MiB. Apache: pullThresholdSizeForQueue. */
  pullThresholdBytes?: number | undefined
  /**
   * The most offsets between the first unfinished message of a queue and the last pulled, 2000. Apache:
   * consumeConcurrentlyMaxSpan.
   */
  pullThresholdSpan?: number | undefined
  /** How often offsets are committed, 5,000 ms. Apache: persistConsumerOffsetInterval. */
  persistOffsetIntervalMs?: number | undefined
}

/** What a push consumer does with what it pulls. */
export interface ModeOptions {
  /**
   * `'clustering'`, the default: the members of the group share the messages. `'broadcasting'`: each gets all of them,
   * keeps its offsets itself, and nothing is delivered again. Apache: MessageModel.
   */
  mode?: 'clustering' | 'broadcasting' | undefined
  /**
   * One message of a queue after the other; a message whose handler fails keeps its place and comes again. Different
   * queues go side by side. False by default. Apache: MessageListenerOrderly.
   */
  ordered?: boolean | undefined
  /** In order: how long a queue waits after a failure, 1,000 ms. Apache: suspendCurrentQueueTimeMillis. */
  suspendMs?: number | undefined
  /**
   * Where a broadcasting consumer keeps its offsets, `.rocketmq_offsets` in the home directory, under the name of its
   * client. Consumers of one group must not share a file: `ready` rejects with `OFFSETS_IN_USE`. Apache:
   * `rocketmq.client.localOffsetStoreDir`.
   */
  localOffsetsDirectory?: string | undefined
}

export const pullingOptions = {
  pullBatchSize: z.int().positive().max(1024).default(32),
  pullThresholdMessages: z.int().positive().max(65_535).default(1000),
  pullThresholdBytes: z
    .int()
    .positive()
    .default(100 * 1024 * 1024),
  pullThresholdSpan: z.int().positive().default(2000),
  persistOffsetIntervalMs: option.milliseconds().default(5_000),
}

export const modeOptions = {
  mode: z.enum(['clustering', 'broadcasting']).default('clustering'),
  ordered: z.boolean().default(false),
  suspendMs: option.milliseconds().min(10).default(1_000),
  localOffsetsDirectory: z
    .string()
    .min(1)
    .default(() => join(homedir(), '.rocketmq_offsets')),
}

export type PullingConfig = ReadingConfig & Readonly<z.output<z.ZodObject<typeof pullingOptions>>>
export type ModeConfig = Readonly<z.output<z.ZodObject<typeof modeOptions>>>
