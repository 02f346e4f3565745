import type { Clock } from '@rocketeer/foundation'
import type { ConsumeRates } from '../handling/consume-rates.js'
import type { HandlerRunner } from '../handling/handler-runner.js'
import type { TaskPool } from '../handling/task-pool.js'
import type { Problems } from '../problems.js'
import type { PausedQueues } from '../reading/paused-queues.js'
import type { Subscription } from '../reading/subscription.js'
import type { Brokers } from '../routing/brokers.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { SendBack } from '../sending/send-back.js'
import type { PopAnswer } from './pop.js'
import { PopDispatcher } from './pop-dispatcher.js'
import { type PopCounts, PopOutcomes } from './pop-outcomes.js'
import { type PoppedBacklog, PoppedQueues } from './popped-queues.js'
import type { PoppingConfig } from './popping-options.js'
import { RunningPops } from './running-pops.js'

interface PoppingNeeds {
  config: PoppingConfig
  subscriptionOf: (topic: string) => Subscription
  brokers: Brokers
  clock: Clock
  rates: ConsumeRates
  runner: HandlerRunner
  pool: TaskPool
  sendBack: SendBack
  heartbeats: { soon(): void }
  paused: PausedQueues
  problems: Problems
}

/** The popping half of a consumer: idle until a broker has it pop a topic. */
export class Popping {
  readonly #queues: PoppedQueues
  readonly #dispatcher: PopDispatcher
  readonly #outcomes: PopOutcomes
  readonly #running: RunningPops

  constructor(needs: PoppingNeeds) {
    this.#outcomes = new PopOutcomes(needs)
    this.#running = new RunningPops({ ...needs, outcomes: this.#outcomes })
    this.#queues = new PoppedQueues({ ...needs, onPopped: (answer) => this.#take(answer) })
    this.#dispatcher = new PopDispatcher({
      ...needs,
      running: this.#running,
      outcomes: this.#outcomes,
    })
  }

  get queues(): MessageQueue[] {
    return this.#queues.queues
  }

  get backlog(): PoppedBacklog[] {
    return this.#queues.backlog
  }

  get counts(): PopCounts {
    return { ...this.#outcomes.counts }
  }

  /** Pops from these queues of the topic, and no others; true when that changed something. */
  assign(topic: string, queues: readonly MessageQueue[]): boolean {
    return this.#queues.assign(topic, queues)
  }

  /**
   * Pops from the queues that are not paused. What was popped from one that is, and not begun, goes to the other members,
   * so that it does not wait here.
   */
  applyPauses(): void {
    this.#queues.applyPauses()
    void this.#dispatcher.giveBack()
  }

  /** Pops and begins nothing any more. Resolves when what was not begun is given back. */
  stop(): Promise<void> {
    this.#queues.stop()
    return this.#dispatcher.stop()
  }

  /** Aborts handlers that still run: their results do not count. Resolves when brokers know what the others have done. */
  async close(reason: unknown): Promise<void> {
    this.#running.abandon(reason)
    await this.#outcomes.close()
  }

  #take({ messages, unwanted }: PopAnswer): void {
    this.#outcomes.counts.popped += messages.length + unwanted.length
    for (const each of unwanted) this.#outcomes.acknowledge(each)
    if (messages.length > 0) this.#dispatcher.submit(messages)
  }
}
