import { z } from '@rocketeer/foundation'
import { SqlExpression } from './sql.js'

/**
 * Topics with the messages wanted of each, by tags or by a condition on properties:
 * `{ paid: 'coupon || vip', refunds: sql('amount > 100'), all: '*' }`.
 */
export type Subscribe = Record<string, string | SqlExpression>

/** The options that every consumer has, whether it pulls or pops. */
export interface ReadingOptions {
  /** The consumer group: its members share the messages, and brokers keep its offsets. */
  group: string
  /**
   * Where a group without an offset begins: behind the last message (`'last'`, the default), at the first, or at a
   * time. With `'last'` a queue that still has its very first message is read from there, so that a new topic loses
   * nothing. Apache: ConsumeFromWhere.
   */
  startFrom?: 'last' | 'first' | Date | undefined
  /** How long a broker may let a pull or pop wait for a message, 15,000 ms. Apache: brokerSuspendMaxTimeMillis. */
  pullWaitMs?: number | undefined
}

export const subscribeSchema = z
  .record(z.string(), z.union([z.string(), z.instanceof(SqlExpression)]))
  .refine((topics) => Object.keys(topics).length > 0, 'no topic is named')

export const readingOptions = {
  group: z.string(),
  startFrom: z.union([z.enum(['last', 'first']), z.date()]).default('last'),
  pullWaitMs: z.int().min(0).default(15_000),
}

export type ReadingConfig = Readonly<z.output<z.ZodObject<typeof readingOptions>>>
