import { type Clock, DeadlineTimer } from '@rocketeer/foundation'
import { type Failure, type HandlerRunner, problemOf } from '../handling/handler-runner.js'
import type { TaskPool } from '../handling/task-pool.js'
import type { Problems } from '../problems.js'
import type { PausedQueues } from '../reading/paused-queues.js'
import type { PopOutcomes } from './pop-outcomes.js'
import type { Popped } from './popped.js'
import type { PoppingConfig } from './popping-options.js'
import type { RunningPop, RunningPops } from './running-pops.js'

interface PopHandlingNeeds {
  config: PoppingConfig
  runner: HandlerRunner
  /** Shared with pulled messages: `concurrency` limits both together. */
  pool: TaskPool
  running: RunningPops
  outcomes: PopOutcomes
  clock: Clock
  paused: PausedQueues
  problems: Problems
}

/**
 * Gives popped messages to the handler. They stay this consumer's when their queue goes to another member: nobody else
 * gets them before their invisible time is up. Apache: ConsumeMessagePopConcurrentlyService, which drops them.
 */
export class PopHandling {
  readonly #needs: PopHandlingNeeds
  /** Messages that no handler has yet. */
  readonly #waiting = new Set<Popped>()
  readonly #watch: DeadlineTimer
  #closed = false

  constructor(needs: PopHandlingNeeds) {
    this.#needs = needs
    this.#watch = new DeadlineTimer(needs.clock, () => this.#giveBackOld())
  }

  submit(popped: readonly Popped[]): void {
    const { pool, config, paused } = this.#needs
    for (const each of popped) this.#waiting.add(each)
    if (this.#closed || popped.some(({ source }) => paused.has(source.queue))) {
      void this.giveBack()
      return
    }
    for (let start = 0; start < popped.length; start += config.batchSize) {
      const batch = popped.slice(start, start + config.batchSize)
      pool.add(() => this.#consume(batch))
    }
    this.#watch.arm(this.#nextWatchAt)
  }

  /** Gives messages that may not be handled now to the other members: those of paused queues, or all once stopped. */
  async giveBack(): Promise<void> {
    const { paused } = this.#needs
    await this.#giveBackWhere(({ source }) => this.#closed || paused.has(source.queue))
  }

  /** Starts no more handlers. Resolves when the waiting messages are given back. */
  stop(): Promise<void> {
    this.#closed = true
    this.#watch.close()
    return this.giveBack()
  }

  /**
   * Gives messages that have waited for most of their invisible time to the other members. If that time ran out, it
   * would count as a delivery, and after enough of them a message would be a dead letter that no handler ever saw.
   * Returns the time of the next check; infinity while nothing waits.
   */
  #giveBackOld(): number {
    const { clock, config } = this.#needs
    const now = clock.now()
    void this.#giveBackWhere(({ dueAt }) => now < dueAt && dueAt - now <= (config.popInvisibleMs * 3) / 8)
    return this.#waiting.size > 0 ? this.#nextWatchAt : Number.POSITIVE_INFINITY
  }

  get #nextWatchAt(): number {
    return this.#needs.clock.now() + this.#needs.config.popInvisibleMs / 4
  }

  async #giveBackWhere(condition: (popped: Popped) => boolean): Promise<void> {
    const idle: Popped[] = []
    for (const popped of this.#waiting) if (condition(popped)) idle.push(popped)
    for (const popped of idle) this.#waiting.delete(popped)
    await Promise.all(idle.map((popped) => this.#needs.outcomes.giveBack(popped)))
  }

  async #consume(batch: readonly Popped[]): Promise<void> {
    const { runner, running, clock } = this.#needs
    const begun = await this.#begin(batch)
    if (begun.length === 0) return
    const call = runner.newCall()
    const startedAt = clock.now()
    const runs = begun.map((popped): RunningPop => ({ popped, call, startedAt, renewing: undefined }))
    for (const run of runs) running.add(run)
    const failure = await runner.run(
      begun.map(({ message }) => message),
      call,
    )
    const problem = problemOf(failure, call)
    if (problem !== undefined) this.#needs.problems.report(problem, batch[0]!.source.queue)
    await Promise.all(runs.map((run) => this.#end(run, failure)))
  }

  /** Returns the messages that may still be handled. */
  async #begin(batch: readonly Popped[]): Promise<Popped[]> {
    const { outcomes } = this.#needs
    const begun: Popped[] = []
    for (const popped of batch) {
      if (!this.#waiting.delete(popped)) continue
      if (!outcomes.isOurs(popped)) outcomes.leaveOut(popped)
      else if (outcomes.wasDeliveredTooOften(popped)) await outcomes.deadLetterUnhandled(popped)
      else begun.push(popped)
    }
    return begun
  }

  async #end(run: RunningPop, failure: Failure | undefined): Promise<void> {
    if (!(await this.#needs.running.remove(run))) return
    if (failure === undefined) this.#needs.outcomes.acknowledge(run.popped)
    else await this.#needs.outcomes.fail(run.popped, failure)
  }
}
