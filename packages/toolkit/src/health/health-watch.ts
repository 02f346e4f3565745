import { channel } from 'node:diagnostics_channel'
import { type Clock, messageOf, Rounds } from '@rocketeer/foundation'
import { toolkitErrors } from '../errors.js'
import type { HealthConfig } from './health-options.js'

/** `unknown` until enough probes in a row have said the same. */
export type HealthState = 'unknown' | 'healthy' | 'unhealthy'

/** What is known of the health of a dependency. */
export interface HealthStatus {
  readonly state: HealthState
  /** Answers in a row until now. */
  readonly answers: number
  /** Failed probes in a row until now. */
  readonly failures: number
  /** Why the last probe failed; undefined when it did not. */
  readonly lastError: string | undefined
  /** When the last probe ended, in milliseconds since the epoch; undefined before. */
  readonly probedAt: number | undefined
}

interface HealthWatchNeeds {
  /** Of whom asks, in diagnostics and texts. */
  name: string
  clock: Clock
  config: HealthConfig
  onChange: (state: HealthState) => void
}

/** Each probe: `{ name, answered, elapsedMs, error, state }`, with the state after it. */
const probes = channel('rocketeer:toolkit:health')

/**
 * A probe that ignores its signal is waited for so many times its timeout: probes do not overlap. One that never ends, as
 * over a connection that somebody has pulled, does not keep the dependency unhealthy for ever.
 */
const TIMEOUTS_MAX = 10

const UNKNOWN: HealthStatus = {
  state: 'unknown',
  answers: 0,
  failures: 0,
  lastError: undefined,
  probedAt: undefined,
}

/** Probes a dependency while it is started, one probe at a time, and says when its health has changed. */
export class HealthWatch {
  readonly #needs: HealthWatchNeeds
  readonly #rounds: Rounds
  #status = UNKNOWN
  #end = new AbortController()
  /** A probe that has not ended in time. */
  #late: { since: number } | undefined

  constructor(needs: HealthWatchNeeds) {
    const { clock, config } = needs
    this.#needs = needs
    this.#rounds = new Rounds({
      clock,
      round: async () => {
        await this.#round(this.#end.signal)
        return clock.now() + config.probeIntervalMs
      },
      onFailure: () => undefined,
      retryAfterMs: config.probeIntervalMs,
    })
  }

  get status(): HealthStatus {
    return this.#status
  }

  /** Begins with a probe at once; what was known before does not count any more. */
  start(): void {
    this.#end = new AbortController()
    this.#status = UNKNOWN
    this.#rounds.start()
    this.#rounds.due(this.#needs.clock.now())
  }

  /** Aborts a probe that is under way, whose answer does not count. */
  stop(): Promise<void> {
    this.#end.abort()
    return this.#rounds.stop()
  }

  close(): Promise<void> {
    this.#end.abort()
    return this.#rounds.close()
  }

  async #round(end: AbortSignal): Promise<void> {
    const startedAt = performance.now()
    let error: unknown
    let answered = false
    try {
      answered = (await this.#probe(end)) !== false
      if (!answered) error = toolkitErrors.PROBE_FAILED({ problem: 'the probe answered false' })
    } catch (thrown) {
      error = thrown
    }
    if (!end.aborted) this.#count(answered, error, performance.now() - startedAt)
  }

  #count(answered: boolean, error: unknown, elapsedMs: number): void {
    const { name, clock, config, onChange } = this.#needs
    const before = this.#status
    const answers = answered ? before.answers + 1 : 0
    const failures = answered ? 0 : before.failures + 1
    let { state } = before
    if (answers >= config.healthyAfter) state = 'healthy'
    else if (failures >= config.unhealthyAfter) state = 'unhealthy'
    const lastError = answered ? undefined : messageOf(error)
    this.#status = { state, answers, failures, lastError, probedAt: clock.now() }
    if (probes.hasSubscribers) probes.publish({ name, answered, elapsedMs, error, state })
    if (state !== before.state) onChange(state)
  }

  async #probe(end: AbortSignal): Promise<unknown> {
    const { clock, config } = this.#needs
    const { probeTimeoutMs } = config
    const timedOut = () => toolkitErrors.PROBE_TIMED_OUT({ probeTimeoutMs })
    if (this.#late && clock.now() - this.#late.since < probeTimeoutMs * TIMEOUTS_MAX) throw timedOut()
    const began = { since: clock.now() }
    this.#late = began
    const call = new AbortController()
    const probing = this.#call(call.signal).finally(() => {
      if (this.#late === began) this.#late = undefined
    })
    const timer = clock.after(probeTimeoutMs, () => call.abort(timedOut()))
    const onEnd = () => call.abort(end.reason)
    end.addEventListener('abort', onEnd, { once: true })
    try {
      return await Promise.race([probing, aborted(call.signal)])
    } finally {
      timer.cancel()
      end.removeEventListener('abort', onEnd)
    }
  }

  /** A manual clock stands still while a probe runs, unless that waits for the clock itself. */
  async #call(signal: AbortSignal): Promise<unknown> {
    const { name, clock, config } = this.#needs
    const { inFlight } = clock
    if (inFlight === undefined) return config.probe({ signal })
    return inFlight.run(
      () => `the health probe of ${name}`,
      (hold) => {
        signal.addEventListener('abort', () => hold.release(), { once: true })
        return config.probe({ signal })
      },
    )
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
