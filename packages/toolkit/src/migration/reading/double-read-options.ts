import type { Client, Consumer, ConsumerOptions, Handle } from '@rocketeer/client'
import { type Clock, option, systemClock, z } from '@rocketeer/foundation'

/** Of which cluster messages are handled for real. */
export type Charge = 'from' | 'both' | 'to'

/** What `doubleRead` takes. */
export interface DoubleReadOptions {
  /** Of the old cluster. */
  from: Client
  /** Of the new cluster. */
  to: Client
  /** The consumer, as `client.consumer` takes it. Its handler has to be idempotent, with one store for both clusters. */
  consumer: ConsumerOptions
  /**
   * Handles the messages of the cluster that is not in charge: `rolledBack(database, handle)`, or what else has no effect. A
   * failure is counted and reported, and the message consumed. Left out, they are only counted.
   */
  shadow?: Handle | undefined
  /** Makes the consumers that work for real, `client.consumer` unless something guards them: `breaker.consumer`. */
  makeConsumer?: ((client: Client, options: ConsumerOptions) => Consumer) | undefined
  /** The group that reads for the shadow, the consumer's with `-shadow` behind it. */
  shadowGroup?: string | undefined
  /** Which cluster is in charge at the start; `'from'` by default. */
  inCharge?: Charge | undefined
  /** How often a change looks whether a cluster is consumed, 1,000 ms. */
  lookIntervalMs?: number | undefined
  /** Aborting it closes the double reader. */
  signal?: AbortSignal | undefined
  clock?: Clock | undefined
}

const client = z.custom<Client>(
  (value) => typeof (value as Client | undefined)?.consumer === 'function',
  'a client is needed: await connect(…)',
)

export const doubleReadSchema = z
  .strictObject({
    from: client,
    to: client,
    consumer: z.custom<ConsumerOptions>(
      (value) =>
        typeof value === 'object' && value !== null && typeof (value as ConsumerOptions).group === 'string',
      'what client.consumer takes is needed',
    ),
    shadow: z.custom<Handle>((value) => typeof value === 'function', 'a function is needed').optional(),
    makeConsumer: z
      .custom<(client: Client, options: ConsumerOptions) => Consumer>(
        (value) => typeof value === 'function',
        'a function is needed',
      )
      .default(() => (given: Client, options: ConsumerOptions) => given.consumer(options)),
    shadowGroup: option.text().optional(),
    inCharge: z.enum(['from', 'both', 'to']).default('from'),
    lookIntervalMs: option.milliseconds().default(1_000),
    signal: z.instanceof(AbortSignal).optional(),
    clock: option.clock().default(systemClock),
  })
  .refine(({ from, to }) => from !== to, '"from" and "to" are the same client: give one of each cluster')
  .transform((options) => ({
    ...options,
    shadowGroup: options.shadowGroup ?? shadowGroupOf(options.consumer.group),
  })) satisfies z.ZodType<unknown, DoubleReadOptions>

export type DoubleReadConfig = Readonly<z.output<typeof doubleReadSchema>>

/** The group that reads for a group's shadow. */
export function shadowGroupOf(group: string): string {
  return `${group}-shadow`
}
