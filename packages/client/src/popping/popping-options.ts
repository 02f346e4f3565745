import { z } from '@rocketeer/foundation'
import type { HandlingConfig } from '../handling/handling-options.js'
import type { ReadingConfig } from '../reading/reading-options.js'

/** How queues are popped. */
export interface PoppingOptions {
  /** Messages popped at once, 32. Apache: popBatchNums. */
  popBatchSize?: number | undefined
  /**
   * How long a popped message is invisible to others, 60,000 ms. It is renewed while a handler runs, so it is the time
   * after which the messages of a consumer that was killed come back. Apache: popInvisibleTime.
   */
  popInvisibleMs?: number | undefined
  /**
   * The most messages of an assigned queue that are popped and not acknowledged, 96; no more are popped then. Apache:
   * popThresholdForQueue.
   */
  popThresholdMessages?: number | undefined
}

export const poppingOptions = {
  popBatchSize: z.int().positive().max(32).default(32),
  popInvisibleMs: z.int().min(5_000).max(300_000).default(60_000),
  popThresholdMessages: z.int().positive().max(65_535).default(96),
}

export type PoppingConfig = ReadingConfig &
  Readonly<z.output<z.ZodObject<typeof poppingOptions>>> &
  Pick<HandlingConfig, 'batchSize' | 'consumeTimeoutMs' | 'retriesMax'>
