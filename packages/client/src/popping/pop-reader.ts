import { channels } from '../channels.js'
import { PAUSE_AFTER_FAILURE_MS } from '../reading/failed-requests.js'
import { type PauseMs, Reader, type ReaderNeeds } from '../reading/reader.js'
import type { Subscription } from '../reading/subscription.js'
import type { Brokers } from '../routing/brokers.js'
import { type PopAnswer, popOnce } from './pop.js'
import type { PopSource } from './popped.js'
import type { PoppingConfig } from './popping-options.js'

export interface PopReaderNeeds extends ReaderNeeds {
  config: PoppingConfig
  subscription: Subscription
  brokers: Brokers
}

/**
 * Pops from one queue, or from all of a broker's. A pop that waits at the broker when the reader stops is not aborted:
 * messages it still brings would be invisible to everybody, so they are handed on as usual. Apache: PopRequest and
 * PopProcessQueue.
 */
export class PopReader extends Reader<PopAnswer, PopAnswer> implements PopSource {
  readonly #needs: PopReaderNeeds
  #backlog = 0

  constructor(needs: PopReaderNeeds) {
    super(needs, channels.pop)
    this.#needs = needs
  }

  /** Messages popped and neither acknowledged nor given back. */
  get backlog(): number {
    return this.#backlog
  }

  release(): void {
    this.#backlog--
    if (this.isWaiting && this.hasRoom) this.wake()
  }

  protected get hasRoom(): boolean {
    return this.#backlog < this.#needs.config.popThresholdMessages
  }

  protected ask(): Promise<PopAnswer> {
    const { config, subscription, brokers, clock } = this.#needs
    return popOnce(brokers, clock, {
      group: config.group,
      source: this,
      messagesMax: Math.min(config.popBatchSize, config.popThresholdMessages - this.#backlog),
      subscription,
      invisibleMs: config.popInvisibleMs,
      waitMs: config.pullWaitMs,
      fromFirst: config.startFrom === 'first',
    })
  }

  protected take(answer: PopAnswer): PopAnswer | PauseMs {
    if (answer.status === 'full') return PAUSE_AFTER_FAILURE_MS
    for (const error of answer.damage) this.#needs.problems.report(error, this.#needs.queue)
    this.#backlog += answer.messages.length + answer.unwanted.length
    return answer.status === 'found' ? answer : 0
  }
}
