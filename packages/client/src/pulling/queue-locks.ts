import type { Clock, Timer } from '@rocketeer/foundation'
import {
  LockBatchRequestBody,
  LockBatchResponseBody,
  lockBatchMq,
  UnlockBatchRequestBody,
  unlockBatchMq,
} from '@rocketeer/protocol/commands'
import type { Problems } from '../problems.js'
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
  /** These, which were in doubt, are ours. */
  onConfirmed: (queues: readonly MessageQueue[]) => void
  problems: Problems
}

interface HeldLock {
  queue: MessageQueue
  confirmedAt: number
  /** The connection broke since the broker confirmed it. */
  inDoubt: boolean
}

/** The queues this member of a group has locked at their brokers. Apache: RebalanceImpl.lockAll. */
export class QueueLocks {
  readonly #needs: QueueLocksNeeds
  readonly #held = new Map<string, HeldLock>()
  /** Grows with every lost connection: what was asked before it confirms nothing. */
  #doubts = 0
  #renewal: Timer | undefined
  #renewing = false
  #closed = false

  constructor(needs: QueueLocksNeeds) {
    this.#needs = needs
  }

  holds(queue: MessageQueue): boolean {
    const held = this.#held.get(queueKey(queue))
    return held !== undefined && !held.inDoubt && !this.#isExpired(queue)
  }

  /**
   * The connection to a broker broke: if it was the broker that died, it has forgotten its locks and may give them to
   * others. Its queues wait until it has confirmed them. Apache's client goes on for up to 30 s.
   */
  doubt(brokerName: string): void {
    this.#doubts++
    const doubted = [...this.#held.values()].filter(({ queue }) => queue.brokerName === brokerName)
    for (const held of doubted) held.inDoubt = true
    // A renewal that is under way knows by itself that it has to ask again.
    if (doubted.length > 0 && !this.#renewing) this.#renewNow()
  }

  /** Returns the queues that are ours now; a broker that cannot be asked is reported. */
  async lock(queues: readonly MessageQueue[]): Promise<MessageQueue[]> {
    if (queues.length === 0) return []
    const confirmedAt = this.#needs.clock.now()
    const { granted } = await this.#ask(queues)
    for (const queue of granted) this.#held.set(queueKey(queue), { queue, confirmedAt, inDoubt: false })
    this.#renewAfter(RENEW_INTERVAL_MS)
    return granted
  }

  /** Rejects never: a lock that cannot be given back expires. */
  async unlock(queues: readonly MessageQueue[]): Promise<void> {
    for (const queue of queues) this.#held.delete(queueKey(queue))
    const { brokers, group, clientId, problems } = this.#needs
    const calls = [...byBroker(queues)].map(([brokerName, mqSet]) => {
      const body = UnlockBatchRequestBody.encode({
        consumerGroup: group,
        clientId,
        onlyThisBroker: false,
        mqSet,
      })
      return brokers.call(brokerName, unlockBatchMq, {}, body).catch(problems.report)
    })
    await Promise.all(calls)
  }

  close(): void {
    this.#closed = true
    this.#renewal?.cancel()
  }

  #renewAfter(delayMs: number): void {
    if (this.#closed || this.#renewing) return
    this.#renewal ??= this.#needs.clock.after(delayMs, () => this.#renewNow())
  }

  #renewNow(): void {
    this.#renewal?.cancel()
    this.#renewal = undefined
    if (this.#closed) return
    this.#renewing = true
    void this.#renew()
  }

  async #renew(): Promise<void> {
    const doubts = this.#doubts
    const queues = [...this.#held.values()].map(({ queue }) => queue)
    // The broker's time runs from when it hears us, so ours from before.
    const confirmedAt = this.#needs.clock.now()
    const expired = new Set(queues.filter((queue) => this.#isExpired(queue)))
    const { granted, failed } = await this.#ask(queues)
    this.#renewing = false
    const confirmed = this.#confirm(granted, confirmedAt, doubts === this.#doubts)
    const ours = new Set(granted)
    // What had expired may have been another's meanwhile: ours again or not, what we hold of the queue is stale.
    const lost = queues.filter(
      (queue) =>
        this.#held.has(queueKey(queue)) &&
        (expired.has(queue) || !(ours.has(queue) || failed.has(queue.brokerName))),
    )
    for (const queue of lost) this.#held.delete(queueKey(queue))
    if (this.#closed) return
    if (lost.length > 0) this.#needs.onLost(lost)
    const goOn = confirmed.filter((queue) => !expired.has(queue))
    if (goOn.length > 0) this.#needs.onConfirmed(goOn)
    const doubtful = [...this.#held.values()].some(({ inDoubt }) => inDoubt)
    if (this.#held.size > 0)
      this.#renewAfter(failed.size > 0 || doubtful ? RETRY_INTERVAL_MS : RENEW_INTERVAL_MS)
  }

  #isExpired(queue: MessageQueue): boolean {
    const held = this.#held.get(queueKey(queue))
    return held === undefined || this.#needs.clock.now() - held.confirmedAt > TRUST_MS
  }

  /** Returns those that were in doubt. */
  #confirm(granted: readonly MessageQueue[], confirmedAt: number, sinceLastDoubt: boolean): MessageQueue[] {
    const confirmed: MessageQueue[] = []
    for (const queue of granted) {
      const held = this.#held.get(queueKey(queue))
      // Else it was given back while we asked.
      if (held === undefined) continue
      held.confirmedAt = confirmedAt
      if (!held.inDoubt || !sinceLastDoubt) continue
      held.inDoubt = false
      confirmed.push(queue)
    }
    return confirmed
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
        this.#needs.problems.report(error)
      }
    })
    await Promise.all(calls)
    return { granted, failed }
  }

  async #askBroker(brokerName: string, queues: MessageQueue[]): Promise<MessageQueue[]> {
    const { brokers, group, clientId } = this.#needs
    const body = LockBatchRequestBody.encode({
      consumerGroup: group,
      clientId,
      onlyThisBroker: false,
      mqSet: queues,
    })
    const response = await brokers.call(brokerName, lockBatchMq, {}, body)
    const keys = new Set(LockBatchResponseBody.decode(response.body).lockOKMQSet.map(queueKey))
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
