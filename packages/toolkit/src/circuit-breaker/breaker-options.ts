import { type Clock, option, systemClock, z } from '@rocketeer/foundation'
import { type HealthOptions, healthOptions } from '../health/health-options.js'
import type { HealthStatus } from '../health/health-watch.js'
import { isOutage } from './is-outage.js'

/** Options of a `CircuitBreaker`. */
export interface CircuitBreakerOptions extends HealthOptions {
  /** What it guards, in status, problems and diagnostics; `'dependency'`. */
  name?: string | undefined
  /**
   * Whether what a handler threw means that the dependency is down, and nothing is wrong with the message. By default what
   * `isOutage` knows: lost connections, timeouts, exhausted pools, HTTP 502 to 504.
   */
  isOutage?: ((error: unknown) => boolean) | undefined
  /** Outages in a row, with no other outcome between them, that open it, 5. */
  failuresToOpen?: number | undefined
  /** How long it stays open at least, 5,000 ms; twice as long each time a half-open one fails. */
  openMs?: number | undefined
  /** The longest that becomes, 60,000 ms. */
  openMsMax?: number | undefined
  /** Messages handled at the same time at first when it is half-open, 1; one more after each success. */
  halfOpenConcurrency?: number | undefined
  /** Successes of a half-open one that close it, 10. */
  successesToClose?: number | undefined
  /** How long a message that met an outage waits at least before it is handled again, 1,000 ms. */
  retryAfterMs?: number | undefined
  /**
   * How often one message may meet an outage before it counts as failed, and uses up a retry, 10. Otherwise one that
   * always times out, while the probe answers, would hold up the others for ever.
   */
  outagesMax?: number | undefined
  /** Called after each change of state. */
  onChange?: ((status: CircuitBreakerStatus) => void) | undefined
  /** Closes the breaker when it is aborted. */
  signal?: AbortSignal | undefined
  /** The client's clock; the system's. */
  clock?: Clock | undefined
}

/** `open`: nothing is handled; `half-open`: a few messages are, to try. */
export type CircuitState = 'closed' | 'open' | 'half-open'

/** What a circuit breaker does now. */
export interface CircuitBreakerStatus {
  readonly name: string
  readonly state: CircuitState
  /** When it came into this state, in milliseconds since the epoch. */
  readonly since: number
  /** Outages in a row until now. */
  readonly failures: number
  /** How often it has opened. */
  readonly opened: number
  /** The last outage; undefined before the first. */
  readonly lastError: string | undefined
  /** When it may become half-open at the earliest, in milliseconds since the epoch; undefined unless it is open. */
  readonly openUntil: number | undefined
  /** Messages that may be handled at the same time; `Infinity` when it is closed. */
  readonly concurrency: number
  /** What the probe says; it is asked only while the breaker is open. */
  readonly health: HealthStatus
  /** The groups of the consumers it guards. */
  readonly groups: readonly string[]
}

export const circuitBreakerSchema = z
  .strictObject({
    ...healthOptions,
    name: option.text().default('dependency'),
    isOutage: z
      .custom<(error: unknown) => boolean>((value) => typeof value === 'function', 'a function is needed')
      .default(() => isOutage),
    failuresToOpen: option.count().default(5),
    openMs: option.milliseconds().default(5_000),
    openMsMax: option.milliseconds().default(60_000),
    halfOpenConcurrency: option.count().default(1),
    successesToClose: option.count().default(10),
    retryAfterMs: option.milliseconds().default(1_000),
    outagesMax: option.count().default(10),
    onChange: z
      .custom<(status: CircuitBreakerStatus) => void>((value) => typeof value === 'function')
      .optional(),
    signal: z.instanceof(AbortSignal).optional(),
    clock: option.clock().default(systemClock),
  })
  .refine(({ openMs, openMsMax }) => openMs <= openMsMax, {
    message: '"openMs" may not be above "openMsMax"',
  }) satisfies z.ZodType<unknown, CircuitBreakerOptions>

export type CircuitBreakerConfig = Readonly<z.output<typeof circuitBreakerSchema>>
