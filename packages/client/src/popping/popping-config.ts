import type { ConsumerConfig } from '../consuming/consumer-options.js'

/** The options that popping goes by. */
export type PoppingConfig = Pick<
  ConsumerConfig,
  | 'group'
  | 'startFrom'
  | 'pullWaitMs'
  | 'popBatchSize'
  | 'popInvisibleMs'
  | 'popThresholdMessages'
  | 'batchSize'
  | 'consumeTimeoutMs'
  | 'maxReconsumeTimes'
>
