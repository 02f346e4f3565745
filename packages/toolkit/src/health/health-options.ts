import { option, z } from '@rocketeer/foundation'

/** What a probe gets. */
export interface ProbeContext {
  /** Aborted after `probeTimeoutMs`, or when nobody needs the answer any more. */
  readonly signal: AbortSignal
}

/**
 * Finds out whether a dependency works: it does when this returns, or resolves, and not to `false`; it does not when this
 * throws or rejects. `httpProbe`, `tcpProbe` and `sqlProbe` make some; any function is one.
 */
export type HealthProbe = (context: ProbeContext) => unknown

/** How the health of a dependency is found out. */
export interface HealthOptions {
  /** Asks the dependency: `httpProbe('http://logistics/health')`, `sqlProbe(database)`, or a function. */
  probe: HealthProbe
  /** Time from one answer to the next probe, 2,000 ms. */
  probeIntervalMs?: number | undefined
  /** A probe that has not answered by then counts as failed, 2,000 ms: slow is no better than down. */
  probeTimeoutMs?: number | undefined
  /** Answers in a row before the dependency counts as healthy, 3: one that flaps does not. */
  healthyAfter?: number | undefined
  /** Failed probes in a row before it counts as unhealthy, 2. */
  unhealthyAfter?: number | undefined
}

export const healthOptions = {
  probe: z.custom<HealthProbe>((value) => typeof value === 'function', 'a function is needed'),
  probeIntervalMs: option.milliseconds().default(2_000),
  probeTimeoutMs: option.milliseconds().default(2_000),
  healthyAfter: z.int().positive().max(1_000).default(3),
  unhealthyAfter: z.int().positive().max(1_000).default(2),
}

export type HealthConfig = Readonly<z.output<z.ZodObject<typeof healthOptions>>>
