import { z } from '@rocketeer/foundation'
import { SqlExpression } from './sql.js'

/** By topic tags, or a condition on properties: `{ paid: 'coupon || vip', refunds: sql('amount > 100'), all: '*' }`. */
export const subscribeSchema = z
  .record(z.string(), z.union([z.string(), z.instanceof(SqlExpression)]))
  .refine((topics) => Object.keys(topics).length > 0, 'no topic is named')

/** What every consumer goes by, whether it pulls or pops. */
export const readingOptions = {
  group: z.string(),
  /**
   * Where a group begins that has no offset yet: behind the last message there is, at the first, or at a time. For
   * `last` a queue that still has its very first message is read from there, so that a new topic loses nothing.
   * Apache: ConsumeFromWhere.
   */
  startFrom: z.union([z.enum(['last', 'first']), z.date()]).default('last'),
  /** How long a broker may let a pull or pop wait for a message. Apache: brokerSuspendMaxTimeMillis. */
  pullWaitMs: z.int().min(0).default(15_000),
}

export type Subscribe = z.output<typeof subscribeSchema>
export type ReadingConfig = Readonly<z.output<z.ZodObject<typeof readingOptions>>>
