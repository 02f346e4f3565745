import type { Clock } from '@rocketeer/foundation'
import type { ConsumeRates } from '../handling/consume-rates.js'
import type { FailureNotes } from '../handling/failure-notes.js'
import type { HandlerRunner } from '../handling/handler-runner.js'
import type { TaskPool } from '../handling/task-pool.js'
import type { Heartbeats } from '../heartbeats.js'
import type { Problems } from '../problems.js'
import type { PausedQueues } from '../reading/paused-queues.js'
import type { Subscription } from '../reading/subscription.js'
import type { Brokers } from '../routing/brokers.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { SendBack } from '../sending/send-back.js'
import type { PopAnswer } from './pop.js'
import { PopHandling } from './pop-handling.js'
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
  notes: FailureNotes
  heartbeats: Pick<Heartbeats, 'soon' | 'keepsFailureHistory'>
  onQueueRefused: (queue: MessageQueue) => void
  paused: PausedQueues
  problems: Problems
}

/** The popping half of a consumer; idle until a broker assigns it a topic to pop. */
export class Popping {
  readonly #queues: PoppedQueues
  readonly #handling: PopHandling
  readonly #outcomes: PopOutcomes
  readonly #running: RunningPops

  constructor(needs: PoppingNeeds) {
    this.#outcomes = new PopOutcomes(needs)
    this.#running = new RunningPops({ ...needs, outcomes: this.#outcomes })
    this.#queues = new PoppedQueues({ ...needs, onPopped: (answer) => this.#take(answer) })
    this.#handling = new PopHandling({
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

  /** Pops from exactly these queues of the topic; true when that changed something. */
  assign(topic: string, queues: readonly MessageQueue[]): boolean {
    return this.#queues.assign(topic, queues)
  }

  /**
   * Pauses or resumes the readers. Messages popped from a paused queue that no handler has begun go to the other
   * members, so that they do not wait here.
   */
  applyPauses(): void {
    this.#queues.applyPauses()
    void this.#handling.giveBack()
  }

  /** Pops no more and starts no more handlers. Resolves when the messages not begun are given back. */
  stop(): Promise<void> {
    this.#queues.stop()
    return this.#handling.stop()
  }

  /**
   * Aborts handlers that still run: their results do not count. Resolves when the brokers know the other outcomes, or
   * these are given up.
   */
  async close(reason: unknown): Promise<void> {
    this.#running.abandon(reason)
    await this.#outcomes.close()
  }

  #take({ messages, unwanted }: PopAnswer): void {
    this.#outcomes.counts.popped += messages.length + unwanted.length
    for (const each of unwanted) this.#outcomes.acknowledge(each)
    if (messages.length > 0) this.#handling.submit(messages)
  }
}
