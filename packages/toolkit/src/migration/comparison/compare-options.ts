import { type Clock, option, systemClock, z } from '@rocketeer/foundation'
import type { MatchBy } from './message-identity.js'

/** What `compareTopics` and `copyMissing` take. */
export interface CompareOptions {
  topic: string
  /** Messages stored at or after, a `Date` or milliseconds since the epoch: since when both clusters are written. */
  since?: Date | number | undefined
  /** Messages stored before; by default `graceMs` ago. */
  until?: Date | number | undefined
  /**
   * How far apart the two clusters may have stored a message, and their clocks may be, 10,000 ms: what was stored less than
   * this ago may be on its way.
   */
  graceMs?: number | undefined
  /**
   * `'messageId'`, the default: by the unique id, and messages without one by keys and body. `'content'`: all of them by
   * keys and body, where producers wrote twice on their own and gave different ids.
   */
  matchBy?: MatchBy | undefined
  /** Examples of each kind of difference, 10. */
  examplesMax?: number | undefined
  /**
   * How many messages are compared at once, 2,000,000, which take some 100 MB, and as much again where each has an order
   * key of its own: of more, both topics are read several times.
   */
  entriesMax?: number | undefined
  onProgress?: ((progress: { done: number; total: number }) => void) | undefined
  /** Aborting it ends the comparison; it rejects with the reason. */
  signal?: AbortSignal | undefined
  clock?: Clock | undefined
}

const time = option.time().transform(Number)

const fields = {
  topic: z.string(),
  since: time.optional(),
  until: time.optional(),
  graceMs: option.wait().default(10_000),
  matchBy: z.enum(['messageId', 'content']).default('messageId'),
  examplesMax: z.int().min(0).max(10_000).default(10),
  entriesMax: option.count().max(50_000_000).default(2_000_000),
  onProgress: z
    .custom<(progress: { done: number; total: number }) => void>(
      (value) => typeof value === 'function',
      'a function is needed',
    )
    .optional(),
  signal: z.instanceof(AbortSignal).optional(),
  clock: option.clock().default(systemClock),
}

const withUntil = <Options extends { until?: number | undefined; graceMs: number; clock: Clock }>(
  options: Options,
) => ({ ...options, until: options.until ?? options.clock.now() - options.graceMs })

export const compareSchema = z.strictObject(fields).transform(withUntil) satisfies z.ZodType<
  unknown,
  CompareOptions
>

export type CompareConfig = Readonly<z.output<typeof compareSchema>>

/** What `copyMissing` takes besides. */
export interface CopyMissingOptions extends CompareOptions {
  /** True: counts what is missing, and sends nothing. Default false. */
  dryRun?: boolean | undefined
}

export const copyMissingSchema = z
  .strictObject({ ...fields, dryRun: z.boolean().default(false) })
  .transform(withUntil) satisfies z.ZodType<unknown, CopyMissingOptions>
