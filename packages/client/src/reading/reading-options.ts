import { type Clock, option, z } from '@rocketeer/foundation'
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
  /**
   * How long a broker may let a pull or pop wait for a message, 15,000 ms; on a `ManualClock` pulls wait for 10 minutes.
   * Apache: brokerSuspendMaxTimeMillis.
   */
  pullWaitMs?: number | undefined
}

const PULL_WAIT_MS_DEFAULT = 15_000

/**
 * The default on a clock that a test moves. Nobody learns anything from a pull that ends because its time is up, and a
 * test that moves by hours would make thousands of them.
 */
const PULL_WAIT_MS_MANUAL = 600_000

/** As it is: a record of zod would leave a topic called `__proto__` out. */
export const subscribeSchema = z
  .custom<Subscribe>(
    (topics) =>
      Object.prototype.toString.call(topics) === '[object Object]' &&
      Object.values(topics as object).every(
        (wanted) => typeof wanted === 'string' || wanted instanceof SqlExpression,
      ),
    "topics with tags or sql(…) are needed, such as { orders: 'paid || sent', refunds: '*' }",
  )
  .refine((topics) => Object.keys(topics).length > 0, 'no topic is named')

export const readingOptions = {
  group: z.string(),
  startFrom: z
    .union([z.enum(['last', 'first']), z.date()], { error: "'first', 'last' or a Date is needed" })
    .default('last'),
  pullWaitMs: option.wait().default(PULL_WAIT_MS_DEFAULT),
}

/** How long a pull may wait at the broker. */
export function pullWaitMsOf({ pullWaitMs }: Pick<ReadingConfig, 'pullWaitMs'>, clock: Clock): number {
  const isManual = clock.inFlight !== undefined
  return isManual && pullWaitMs === PULL_WAIT_MS_DEFAULT ? PULL_WAIT_MS_MANUAL : pullWaitMs
}

export type ReadingConfig = Readonly<z.output<z.ZodObject<typeof readingOptions>>>
