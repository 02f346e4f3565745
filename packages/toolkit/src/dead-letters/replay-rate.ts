import type { Clock } from '@rocketeer/foundation'
import { Pace } from './pace.js'
import type { DeadLetterWorkerConfig } from './worker-options.js'

/** How many times a pause doubles at most: beyond that a number would overflow. */
const DOUBLINGS_MAX = 20

type RateConfig = Pick<
  DeadLetterWorkerConfig,
  'firstRatePerSecond' | 'ratePerSecond' | 'growAfterMs' | 'failuresToHold' | 'holdMs' | 'holdMsMax'
>

/** How fast a group gets its dead letters: slowly at first, faster as they are consumed, not at all while they fail. */
export class ReplayRate {
  readonly #config: RateConfig
  readonly #clock: Clock
  readonly #pace: Pace
  #perSecond: number
  #grownAt: number
  #failures = 0
  /** Pauses in a row, with nothing consumed between them. */
  #holds = 0
  #heldUntil = Number.NEGATIVE_INFINITY

  constructor(config: RateConfig, clock: Clock) {
    this.#config = config
    this.#clock = clock
    this.#perSecond = config.firstRatePerSecond
    this.#pace = new Pace(this.#perSecond, clock)
    this.#grownAt = clock.now()
  }

  get perSecond(): number {
    return this.#perSecond
  }

  /** Until when nothing is replayed, because replays failed; undefined when they may go on. */
  get heldUntil(): number | undefined {
    return this.#heldUntil > this.#clock.now() ? this.#heldUntil : undefined
  }

  /** Resolves when the next message may be replayed. */
  async next(signal: AbortSignal): Promise<void> {
    await this.#pace.next(signal)
  }

  /** Begins slowly again. */
  reset(): void {
    this.#set(this.#config.firstRatePerSecond)
  }

  consumed(): void {
    this.#failures = 0
    this.#holds = 0
    const { growAfterMs, ratePerSecond } = this.#config
    if (this.#clock.now() - this.#grownAt >= growAfterMs)
      this.#set(Math.min(ratePerSecond, this.#perSecond * 2))
  }

  /** Returns how long nothing is replayed now, in milliseconds, when that has just begun. */
  failed(): number | undefined {
    const { failuresToHold, holdMs, holdMsMax } = this.#config
    this.reset()
    if (++this.#failures < failuresToHold || this.heldUntil !== undefined) return undefined
    this.#failures = 0
    const forMs = Math.min(holdMs * 2 ** Math.min(this.#holds++, DOUBLINGS_MAX), holdMsMax)
    this.#heldUntil = this.#clock.now() + forMs
    return forMs
  }

  #set(perSecond: number): void {
    this.#perSecond = perSecond
    this.#pace.perSecond = perSecond
    this.#grownAt = this.#clock.now()
  }
}
