import { channels } from '../channels.js'
import { clientErrors } from '../errors.js'
import { Reader, type ReaderNeeds } from '../reading/reader.js'
import { pullWaitMsOf } from '../reading/reading-options.js'
import type { Subscription } from '../reading/subscription.js'
import type { Brokers } from '../routing/brokers.js'
import { ProcessQueue, type PulledMessage } from './process-queue.js'
import { type Pulled, pullOnce } from './pull.js'
import type { PullingConfig } from './pulling-options.js'
import { offsetAt } from './start-offset.js'

/** How far the clocks of client and broker may differ where the one stands for the other. */
const CLOCKS_DIFFER_MS = 60_000

/** What a pull brought. */
interface PullBatch {
  /** None when the pull found nothing, or nothing of this subscription. */
  readonly messages: readonly PulledMessage[]
  /** Set when there is nothing at the offset of the pull: the offset to go on at. */
  readonly movedTo: number | undefined
}

interface PullReaderNeeds extends ReaderNeeds {
  config: PullingConfig
  startOffset: number
  subscription: Subscription
  /** True when brokers cannot know the subscription from a heartbeat: then each pull carries it. */
  sendSubscription: boolean
  brokers: Brokers
  /** The offset that the next pull commits; 0 for none. */
  committed: () => number
  /** Called for each finished message. */
  onFinished?: ((reader: PullReader) => void) | undefined
}

/** Pulls one queue. Apache: PullMessageService, DefaultMQPushConsumerImpl.pullMessage. */
export class PullReader extends Reader<Pulled, PullBatch> {
  readonly backlog: ProcessQueue
  readonly #needs: PullReaderNeeds
  readonly #waitMs: number
  #nextOffset: number
  /** When the broker last found the queue as long as it is known here, in milliseconds of the client's clock. */
  #wholeAt: number | undefined
  /** 0 is the master. */
  #brokerId = 0

  constructor(needs: PullReaderNeeds) {
    super(needs, channels.pull)
    const { startOffset, config, clock } = needs
    this.#needs = needs
    this.#waitMs = pullWaitMsOf(config, clock)
    this.#nextOffset = startOffset
    this.backlog = new ProcessQueue(startOffset, {
      messagesMax: config.pullThresholdMessages,
      bytesMax: config.pullThresholdBytes,
      spanMax: config.pullThresholdSpan,
    })
  }

  /** Finishes a message; without effect once the reader is dropped. */
  finish(pulled: PulledMessage): void {
    if (this.dropped) return
    this.backlog.finish(pulled)
    if (this.isWaiting && this.backlog.hasRoom) this.wake()
    this.#needs.onFinished?.(this)
  }

  protected get hasRoom(): boolean {
    return this.backlog.hasRoom
  }

  protected async ask(signal: AbortSignal): Promise<Pulled> {
    const { config, queue, subscription, sendSubscription, brokers, committed } = this.#needs
    const request = {
      group: config.group,
      queue,
      offset: this.#nextOffset,
      messagesMax: config.pullBatchSize,
      subscription,
      sendSubscription,
      commitOffset: committed(),
      waitMs: this.#waitMs,
      brokerId: this.#brokerId,
    }
    // The pull after a failed one goes to the master.
    this.#brokerId = 0
    const pulled = await pullOnce(brokers, request, signal)
    if (pulled.status !== 'offset-moved' || pulled.maxOffset >= request.offset) return pulled
    return { ...pulled, nextOffset: await this.#nextInShorter(request.offset, pulled.maxOffset) }
  }

  protected take({ status, messages, nextOffset, suggestedBrokerId, damage }: Pulled): PullBatch | 0 {
    // A pull that ends after the reader did is left to the queue's next reader.
    if (this.stopped) return 0
    this.#brokerId = suggestedBrokerId
    for (const error of damage) this.#needs.problems.report(error, this.#needs.queue)
    if (status === 'offset-moved') return { messages: [], movedTo: nextOffset }
    this.#nextOffset = nextOffset
    this.#wholeAt = this.lastReadAt
    return { messages: this.backlog.add(messages, nextOffset), movedTo: undefined }
  }

  /**
   * The queue ends before the offset it was read up to: its topic was deleted and made again, or the broker lost the end of
   * its log. What was stored after the last message finished here is what was not consumed. Apache's client goes to the
   * end.
   */
  async #nextInShorter(offset: number, end: number): Promise<number> {
    const { queue, brokers, problems } = this.#needs
    const since = this.backlog.finishedUntil ?? (this.#wholeAt ?? Number.POSITIVE_INFINITY) - CLOCKS_DIFFER_MS
    const nextOffset = Number.isFinite(since) ? Math.min(end, await offsetAt(queue, since, brokers)) : end
    problems.report(clientErrors.QUEUE_SHORTER({ ...queue, offset, end, nextOffset }), queue)
    return nextOffset
  }
}
