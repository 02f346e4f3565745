import { type Clock, option, systemClock, z } from '@rocketeer/foundation'
import { type CheckTiming, DELAY_LEVELS_MS } from './stages.js'

/** What a check gets besides the key. */
export interface CheckContext {
  /** What `schedule` was given along. */
  readonly body: string | undefined
  /** When it was due, in milliseconds since the epoch; a check that answered "again" has its new time. */
  readonly dueAt: number
  /** 1 at the first check of this key, one more each time one answered "again". */
  readonly check: number
  /** True at the last one of `checksMax`: another "again" makes a dead letter. */
  readonly isLast: boolean
  /** Aborted when the result no longer counts; the check comes again. */
  readonly signal: AbortSignal
}

/** What a check answers: nothing when it has decided, or how long until it looks again. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is the usual check
export type CheckAnswer = { readonly againAfterMs: number } | undefined | void

/**
 * Looks at the business state and acts by it. It may be called more than once for a key, by two processes at a time,
 * and for what was cancelled or never came to be; so the effect has to be conditional on the state, in one statement or
 * transaction. When it throws, it comes again the way of every message that failed.
 */
export type Check = (key: string, context: CheckContext) => CheckAnswer | Promise<CheckAnswer>

/** What `delayedCheck` takes. */
export interface DelayedCheckOptions {
  /** The topic of the checks; nothing else may be sent to it. */
  topic: string
  /** The consumer group that checks; processes with the same one share the work. */
  group: string
  /** Left out in a process that only schedules. */
  check?: Check | undefined
  /** How long after `schedule` a check is due unless that says, 1,800,000 ms (30 minutes). */
  afterMs?: number | undefined
  /** Checks of one key that may answer "again" before it becomes a dead letter, 16. */
  checksMax?: number | undefined
  /** Checks running at the same time in this process, 20. */
  concurrency?: number | undefined
  /** Deliveries after the first of a check that throws, before it is a dead letter; the group's (16) by default. */
  retriesMax?: number | undefined
  /** `'timers'` by default; `'levels'` for brokers before RocketMQ 5, whose checks may be a second late. */
  timing?: CheckTiming | undefined
  /**
   * The longest wait of one message, 172,800,000 ms (2 days); longer ones are made of several. Not above the broker's
   * `timerDelayMsMax` (3 days), and below its `fileReservedHours` (72).
   */
  stageMsMax?: number | undefined
  /** The broker's `delayLevels` in milliseconds, the shortest first; RocketMQ's 18 by default. Used with `'levels'`. */
  delayLevelsMs?: readonly number[] | undefined
  /** By which `dueAt` is told and compared; the system's. */
  clock?: Clock | undefined
  /** Aborting it closes the check. */
  signal?: AbortSignal | undefined
}

/** When a check is due. */
export type CheckTime =
  /** After so many milliseconds; by default after the `afterMs` of the check. */
  | { afterMs?: number | undefined; at?: undefined }
  /** At a time, a `Date` or milliseconds since the epoch; at once when it has passed. */
  | { at: Date | number; afterMs?: undefined }

/** What `schedule` takes. */
export type ScheduleOptions = CheckTime & {
  /** For the check, `context.body`; the state to decide by is better read when the check is due. */
  body?: string | undefined
}

/** A scheduled check. */
export interface ScheduledCheck {
  readonly key: string
  /** Milliseconds since the epoch. */
  readonly dueAt: number
  /** For `cancel`, to be kept with the business object; undefined where brokers take nothing back. */
  readonly handle: string | undefined
}

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** Far enough for any business, and near enough to be a time that JavaScript knows. */
const DELAY_MS_MAX = 10 * 366 * DAY_MS

const delay = () => z.number().min(0).max(DELAY_MS_MAX)

export const delayedCheckSchema = z.strictObject({
  topic: z.string(),
  group: z.string(),
  check: z.custom<Check>((value) => typeof value === 'function', 'a function is needed').optional(),
  afterMs: delay().default(30 * MINUTE_MS),
  checksMax: option.count().max(1_000_000).default(16),
  concurrency: option.count().max(65_535).default(20),
  retriesMax: z.int().min(0).optional(),
  timing: z.enum(['timers', 'levels']).default('timers'),
  stageMsMax: z
    .number()
    .min(1_000)
    .max(DELAY_MS_MAX)
    .default(2 * DAY_MS),
  delayLevelsMs: z
    .array(z.number().positive())
    .min(1)
    .max(1_000)
    .refine((levels) => levels.every((level, index) => index === 0 || level > levels[index - 1]!), {
      message: 'the shortest has to be first, and each once',
    })
    .default([...DELAY_LEVELS_MS]),
  clock: option.clock().default(systemClock),
  signal: z.instanceof(AbortSignal).optional(),
}) satisfies z.ZodType<unknown, DelayedCheckOptions>

export type DelayedCheckConfig = Readonly<z.output<typeof delayedCheckSchema>>

export const scheduleSchema = z
  .strictObject({
    afterMs: delay().optional(),
    at: z.union([z.date(), z.number()]).optional(),
    body: z.string().optional(),
  })
  .refine(({ afterMs, at }) => afterMs === undefined || at === undefined, 'give "afterMs" or "at"')

export const answerSchema = z.strictObject({ againAfterMs: delay() })
