import { type Clock, option, systemClock, z } from '@rocketeer/foundation'
import { type HealthOptions, healthOptions } from '../health/health-options.js'
import { memoryOutcomes } from './memory-outcomes.js'
import type { OutcomeStore } from './outcome.js'

/** Options of a `DeadLetterWorker`. */
export interface DeadLetterWorkerOptions extends HealthOptions {
  /** The consumer groups whose dead letters are replayed once the dependency is healthy. */
  groups: string | readonly string[]
  /**
   * Where outcomes are kept, `sqlOutcomes(database)` to share them and to keep them beyond a restart; in memory by
   * default.
   */
  outcomes?: OutcomeStore | undefined
  /** Replays per second of a group at first, and again after failures, 1. */
  firstRatePerSecond?: number | undefined
  /** Replays per second of a group at most, 100. */
  ratePerSecond?: number | undefined
  /** The rate doubles after this time with messages consumed and none that failed again, 10,000 ms. */
  growAfterMs?: number | undefined
  /** Replayed messages in a row that fail again before replays pause although the probe answers, 5. */
  failuresToHold?: number | undefined
  /** How long they pause then, 30,000 ms; twice as long each time. */
  holdMs?: number | undefined
  /** The longest that becomes, 600,000 ms. */
  holdMsMax?: number | undefined
  /** Replays of one message before it is parked, 3. */
  replaysMax?: number | undefined
  /** Replayed messages whose outcome is not known yet before no more are replayed, 2,000. */
  undecidedMax?: number | undefined
  /**
   * How long after its group has gone past it a replayed message counts as consumed, when no retry of it was seen, beyond
   * the delay of that retry, 5,000 ms.
   */
  outcomeAfterMs?: number | undefined
  /** How long an outcome that does not change any more is kept, 30 days. */
  keepMs?: number | undefined
  /** Closes the worker when it is aborted. */
  signal?: AbortSignal | undefined
  /** The client's clock; the system's. */
  clock?: Clock | undefined
}

const DAY_MS = 86_400_000
/** Of each message that is undecided, so that none is forgotten before it is decided. */
const CHANGES_KEPT = 5
const rate = () => z.number().positive().max(1_000_000)

export const deadLetterWorkerSchema = z
  .strictObject({
    ...healthOptions,
    groups: z
      .union([z.string(), z.array(z.string()).min(1)])
      .transform((groups) => [...new Set(typeof groups === 'string' ? [groups] : groups)]),
    outcomes: z
      .custom<OutcomeStore>(
        (value) => typeof (value as OutcomeStore | undefined)?.change === 'function',
        'an outcome store is needed, such as sqlOutcomes(database)',
      )
      .optional(),
    firstRatePerSecond: rate().default(1),
    ratePerSecond: rate().default(100),
    growAfterMs: option.milliseconds().default(10_000),
    failuresToHold: option.count().default(5),
    holdMs: option.milliseconds().default(30_000),
    holdMsMax: option.milliseconds().default(600_000),
    replaysMax: z.int().positive().max(1_000).default(3),
    undecidedMax: z.int().positive().max(100_000).default(2_000),
    outcomeAfterMs: option.milliseconds().default(5_000),
    keepMs: z
      .int()
      .min(DAY_MS)
      .default(30 * DAY_MS),
    signal: z.instanceof(AbortSignal).optional(),
    clock: option.clock().default(systemClock),
  })
  .refine(({ firstRatePerSecond, ratePerSecond }) => firstRatePerSecond <= ratePerSecond, {
    message: '"firstRatePerSecond" may not be above "ratePerSecond"',
  })
  .refine(({ holdMs, holdMsMax }) => holdMs <= holdMsMax, {
    message: '"holdMs" may not be above "holdMsMax"',
  })
  .transform(({ outcomes, ...config }) => ({
    ...config,
    outcomes: outcomes ?? memoryOutcomes(CHANGES_KEPT * config.undecidedMax),
  }))

export type DeadLetterWorkerConfig = Readonly<z.output<typeof deadLetterWorkerSchema>>
