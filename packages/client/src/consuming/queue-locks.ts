import type { Clock, Timer } from '@rocketeer/foundation'
import {
  decodeLockBatchResponseBody,
  encodeLockBatchRequestBody,
  encodeUnlockBatchRequestBody,
  lockBatchMq,
  unlockBatchMq,
} from '@rocketeer/protocol'
import type { Brokers } from '../routing/brokers.js'
import { type MessageQueue, queueKey } from '../routing/message-queue.js'

/** Apache: ProcessQueue.REBALANCE_LOCK_INTERVAL. */
const RENEW_INTERVAL_MS = 20_000
/** A broker that could not be asked is asked again sooner. */
const RETRY_INTERVAL_MS = 3_000
/** So long we rely on a lock: half of what brokers keep it for. Apache: ProcessQueue.REBALANCE_LOCK_MAX_LIVE_TIME. */
const TRUST_MS = 30_000

interface QueueLocksNeeds {
  group: string
  clientId: string
  brokers: Brokers
  clock: Clock
  /** These are not ours for certain any more. */
  onLost: (queues: readonly MessageQueue[]) => void
  onProblem: (error: unknown) => void
}

/** The queues this member of a group has locked at their brokers. Apache: RebalanceImpl.lockAll. */
export class QueueLocks {
  readonly #needs: QueueLocksNeeds
  readonly #held = new Map<string, { queue: MessageQueue; confirmedAt: number }>()
  #renewal: Timer | undefined
  #closed = false

  constructor(needs: QueueLocksNeeds) {
    this.#needs = needs
  }

  holds(queue: MessageQueue): boolean {
    const held = this.#held.get(queueKey(queue))
    return held !== undefined && this.#needs.clock.now() - held.confirmedAt <= TRUST_MS
  }

  /** Returns the queues that are ours now; a broker that cannot be asked is reported. */
  async lock(queues: readonly MessageQueue[]): Promise<MessageQueue[]> {
    if (queues.length === 0) return []
    const confirmedAt = this.#needs.clock.now()
    const { granted } = await this.#ask(queues)
    for (const queue of granted) this.#held.set(queueKey(queue), { queue, confirmedAt })
    this.#renewAfter(RENEW_INTERVAL_MS)
    return granted
  }

  /** Rejects never: a lock that cannot be given back expires. */
  async unlock(queues: readonly MessageQueue[]): Promise<void> {
    for (const queue of queues) this.#held.delete(queueKey(queue))
    const { brokers, group, clientId, onProblem } = this.#needs
    const calls = [...byBroker(queues)].map(([brokerName, mqSet]) => {
      const body = encodeUnlockBatchRequestBody({
        consumerGroup: group,
        clientId,
        onlyThisBroker: false,
        mqSet,
      })
      return brokers.call(brokerName, unlockBatchMq, {}, body).catch(onProblem)
    })
    await Promise.all(calls)
  }

  close(): void {
    this.#closed = true
    this.#renewal?.cancel()
  }

  #renewAfter(delayMs: number): void {
    if (this.#closed) return
    this.#renewal ??= this.#needs.clock.after(delayMs, () => this.#renew())
  }

  async #renew(): Promise<void> {
    const queues = [...this.#held.values()].map(({ queue }) => queue)
    const expired = new Set(queues.filter((queue) => !this.holds(queue)))
    // The broker's time runs from when it hears us, so ours from before.
    const confirmedAt = this.#needs.clock.now()
    const { granted, failed } = await this.#ask(queues)
    this.#renewal = undefined
    const ours = new Set(granted)
    for (const queue of granted) {
      const held = this.#held.get(queueKey(queue))
      // Else it was given back while we asked.
      if (held) held.confirmedAt = confirmedAt
    }
    // What had expired may have been another's meanwhile: ours again or not, what we hold of the queue is stale.
    const lost = queues.filter(
      (queue) =>
        this.#held.has(queueKey(queue)) &&
        (expired.has(queue) || !(ours.has(queue) || failed.has(queue.brokerName))),
    )
    for (const queue of lost) this.#held.delete(queueKey(queue))
    if (lost.length > 0 && !this.#closed) this.#needs.onLost(lost)
    if (this.#held.size > 0) this.#renewAfter(failed.size > 0 ? RETRY_INTERVAL_MS : RENEW_INTERVAL_MS)
  }

  async #ask(
    queues: readonly MessageQueue[],
  ): Promise<{ granted: MessageQueue[]; failed: ReadonlySet<string> }> {
    const granted: MessageQueue[] = []
    const failed = new Set<string>()
    const calls = [...byBroker(queues)].map(async ([brokerName, asked]) => {
      try {
        granted.push(...(await this.#askBroker(brokerName, asked)))
      } catch (error) {
        failed.add(brokerName)
        this.#needs.onProblem(error)
      }
    })
    await Promise.all(calls)
    return { granted, failed }
  }

  async #askBroker(brokerName: string, queues: MessageQueue[]): Promise<MessageQueue[]> {
    const { brokers, group, clientId } = this.#needs
    const body = encodeLockBatchRequestBody({
      consumerGroup: group,
      clientId,
      onlyThisBroker: false,
      mqSet: queues,
    })
    const response = await brokers.call(brokerName, lockBatchMq, {}, body)
    const keys = new Set(decodeLockBatchResponseBody(response.body).lockOKMQSet.map(queueKey))
    return queues.filter((queue) => keys.has(queueKey(queue)))
  }
}

function byBroker(queues: readonly MessageQueue[]): Map<string, MessageQueue[]> {
  const grouped = new Map<string, MessageQueue[]>()
  for (const queue of queues) {
    const own = grouped.get(queue.brokerName)
    if (own) own.push(queue)
    else grouped.set(queue.brokerName, [queue])
  }
  return grouped
}
