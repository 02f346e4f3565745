import { type Clock, DeadlineTimer, isRocketeerError } from '@rocketeer/foundation'
import { clientErrors } from '../errors.js'
import type { HandlerCall } from '../handling/handler-runner.js'
import type { Problems } from '../problems.js'
import type { Brokers } from '../routing/brokers.js'
import { changeInvisibleTime } from './invisible-time.js'
import type { PopOutcomes } from './pop-outcomes.js'
import type { Popped } from './popped.js'
import type { PoppingConfig } from './popping-options.js'

/** A message whose handler runs. */
export interface RunningPop {
  readonly popped: Popped
  readonly call: HandlerCall
  /** Milliseconds of the client's clock. */
  readonly startedAt: number
  /** Set while its invisible time is being renewed. */
  renewing: Promise<void> | undefined
}

interface RunningPopsNeeds {
  config: PoppingConfig
  brokers: Brokers
  clock: Clock
  outcomes: PopOutcomes
  problems: Problems
}

/**
 * Keeps messages invisible to others while their handlers run, up to `consumeTimeoutMs`. Apache's Java consumer does not: there
 * a handler that takes longer than the invisible time has worked in vain. Apache's proxy renews as this does
 * (ReceiptHandleManager).
 */
export class RunningPops {
  readonly #needs: RunningPopsNeeds
  readonly #running = new Set<RunningPop>()
  readonly #watch: DeadlineTimer
  /**
   * Each message is checked four times per invisible time and renewed in the second half of it: one lost request does
   * no harm.
   */
  readonly #checkIntervalMs: number

  constructor(needs: RunningPopsNeeds) {
    this.#needs = needs
    const { popInvisibleMs, consumeTimeoutMs } = needs.config
    this.#checkIntervalMs = Math.min(popInvisibleMs / 4, consumeTimeoutMs)
    this.#watch = new DeadlineTimer(needs.clock, () => this.#checkAll())
  }

  add(run: RunningPop): void {
    this.#running.add(run)
    this.#watch.arm(run.startedAt + this.#checkIntervalMs)
  }

  /** False when it was taken from its handler meanwhile. */
  async remove(run: RunningPop): Promise<boolean> {
    if (run.renewing) await run.renewing
    return this.#running.delete(run)
  }

  /** Aborts the handlers that still run, whose results do not count, and renews no more. */
  abandon(reason: unknown): void {
    this.#watch.close()
    for (const { call } of this.#running) call.abort(reason)
    this.#running.clear()
  }

  /** Returns the time of the next check; infinity while no handler runs. */
  #checkAll(): number {
    for (const run of this.#running) this.#check(run)
    if (this.#running.size === 0) return Number.POSITIVE_INFINITY
    return this.#needs.clock.now() + this.#checkIntervalMs
  }

  #check(run: RunningPop): void {
    const { config, clock, outcomes } = this.#needs
    const now = clock.now()
    if (run.renewing) return
    if (now >= run.popped.dueAt) {
      this.#running.delete(run)
      outcomes.outOfTime(run.popped)
      run.call.abort(clientErrors.INVISIBLE_TIME_OVER({ ...config, messageId: run.popped.message.messageId }))
    } else if (now - run.startedAt >= config.consumeTimeoutMs) this.#takeFromHandler(run)
    else if (run.popped.dueAt - now <= config.popInvisibleMs / 2)
      run.renewing = this.#renew(run.popped).finally(() => {
        run.renewing = undefined
      })
  }

  #takeFromHandler(run: RunningPop): void {
    const { config, clock, outcomes, problems } = this.#needs
    const { messageId } = run.popped.message
    const reason = clientErrors.CONSUME_TIMEOUT({ messageId, consumeTimeoutMs: config.consumeTimeoutMs })
    this.#running.delete(run)
    problems.report(reason, run.popped.source.queue)
    run.call.abort(reason)
    void outcomes.takeFromHandler(run.popped, { thrown: reason, durationMs: clock.now() - run.startedAt })
  }

  async #renew(popped: Popped): Promise<void> {
    const { config, brokers, clock, problems } = this.#needs
    try {
      await changeInvisibleTime({ group: config.group, brokers, clock }, popped, config.popInvisibleMs)
    } catch (error) {
      problems.report(error, popped.source.queue)
      // The message has gone to the others already.
      if (isRocketeerError(error, 'BROKER_REFUSED')) popped.dueAt = clock.now()
    }
  }
}
