import { z } from '@rocketeer/foundation'
import type { HandlingConfig } from '../handling/handling-options.js'
import type { ReadingConfig } from '../reading/reading-options.js'

/** How queues are popped. */
export const poppingOptions = {
  /** Messages popped at once. Apache: popBatchNums. */
  popBatchSize: z.int().positive().max(32).default(32),
  /**
   * How long a popped message is invisible to others. It is renewed while a handler runs, so it is the time after which
   * the messages of a consumer that was killed come back. Apache: popInvisibleTime.
   */
  popInvisibleMs: z.int().min(5_000).max(300_000).default(60_000),
  /** Messages of an assigned queue popped and not acknowledged; no more are popped then. Apache: popThresholdForQueue. */
  popThresholdMessages: z.int().positive().max(65_535).default(96),
}

export type PoppingConfig = ReadingConfig &
  Readonly<z.output<z.ZodObject<typeof poppingOptions>>> &
  Pick<HandlingConfig, 'batchSize' | 'consumeTimeoutMs' | 'maxReconsumeTimes'>
