import { type Clock, Rounds } from '@rocketeer/foundation'
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
/** A broker that could not be reached is asked again sooner. */
const RETRY_INTERVAL_MS = 3_000
/** How long a lock is relied on after a broker confirmed it: half of the time that brokers keep it. Apache: ProcessQueue.REBALANCE_LOCK_MAX_LIVE_TIME. */
const TRUST_MS = 30_000

interface QueueLocksNeeds {
  group: string
  clientId: string
  brokers: Brokers
  clock: Clock
  /** Called with queues that another member may have by now. */
  onLost: (queues: readonly MessageQueue[]) => void
  /** Called with queues whose locks were in doubt and are confirmed. */
  onConfirmed: (queues: readonly MessageQueue[]) => void
  problems: Problems
}

interface QueueLock {
  queue: MessageQueue
  confirmedAt: number
  /** The connection broke since the broker confirmed it. */
  inDoubt: boolean
}

/** The queues this member of a group has locked at their brokers. Apache: RebalanceImpl.lockAll. */
export class QueueLocks {
  readonly #needs: QueueLocksNeeds
  readonly #locks = new Map<string, QueueLock>()
  /** Counts broken connections: an answer to a request made before the last one confirms nothing. */
  #doubts = 0
  readonly #renewals: Rounds
  #closed = false

  constructor(needs: QueueLocksNeeds) {
    this.#needs = needs
    this.#renewals = new Rounds({
      clock: needs.clock,
      round: () => this.#renew(),
      onFailure: needs.problems.report,
      retryAfterMs: RETRY_INTERVAL_MS,
    })
    this.#renewals.start()
  }

  holds(queue: MessageQueue): boolean {
    const lock = this.#locks.get(queueKey(queue))
    return lock !== undefined && !lock.inDoubt && !this.#isExpired(lock)
  }

  /**
   * The connection to a broker broke: if it was the broker that died, it has forgotten its locks and may give them to
   * others. Its queues wait until it has confirmed them. Apache's client goes on for up to 30 s.
   */
  doubt(brokerName: string): void {
    this.#doubts++
    const doubted = [...this.#locks.values()].filter(({ queue }) => queue.brokerName === brokerName)
    for (const lock of doubted) lock.inDoubt = true
    if (doubted.length > 0) this.#renewals.due(this.#needs.clock.now())
  }

  /** Resolves to the queues that are locked now; a broker that cannot be reached is reported. */
  async lock(queues: readonly MessageQueue[]): Promise<MessageQueue[]> {
    if (queues.length === 0) return []
    const confirmedAt = this.#needs.clock.now()
    const { granted } = await this.#ask(queues)
    for (const queue of granted) this.#locks.set(queueKey(queue), { queue, confirmedAt, inDoubt: false })
    this.#renewals.due(this.#needs.clock.now() + RENEW_INTERVAL_MS)
    return granted
  }

  /** Never rejects: a lock that cannot be given back expires. */
  async unlock(queues: readonly MessageQueue[]): Promise<void> {
    for (const queue of queues) this.#locks.delete(queueKey(queue))
    const { brokers, group, clientId, problems } = this.#needs
    const calls = [...byBroker(queues)].map(([brokerName, mqSet]) => {
      const body = UnlockBatchRequestBody.encode({
        consumerGroup: group,
        clientId,
        onlyThisBroker: false,
        mqSet,
      })
      return brokers.call(brokerName, unlockBatchMq, {}, { body }).catch(problems.report)
    })
    await Promise.all(calls)
  }

  /** Renews no more; locks that are left expire. */
  close(): Promise<void> {
    this.#closed = true
    return this.#renewals.close()
  }

  /** Asks for all locks again. Resolves to the time of the next renewal; to infinity while there is no lock. */
  async #renew(): Promise<number> {
    const { clock, onLost, onConfirmed } = this.#needs
    const doubts = this.#doubts
    const locks = [...this.#locks.values()]
    // The broker counts a lock's time from the arrival of the request; counted from before it, our time is over first.
    const confirmedAt = clock.now()
    const expired = new Set(locks.filter((lock) => this.#isExpired(lock)))
    const { granted, failed } = await this.#ask(locks.map(({ queue }) => queue))
    const confirmed = this.#confirm(granted, confirmedAt, doubts === this.#doubts)
    const ours = new Set(granted)
    // A lock that had expired may have been another member's meanwhile: granted again or not, the backlog is stale.
    const lost = locks.filter(
      (lock) =>
        this.#locks.get(queueKey(lock.queue)) === lock &&
        (expired.has(lock) || !(ours.has(lock.queue) || failed.has(lock.queue.brokerName))),
    )
    for (const { queue } of lost) this.#locks.delete(queueKey(queue))
    if (this.#closed) return Number.POSITIVE_INFINITY
    if (lost.length > 0) onLost(lost.map(({ queue }) => queue))
    const sure = confirmed.filter((lock) => !expired.has(lock))
    if (sure.length > 0) onConfirmed(sure.map(({ queue }) => queue))
    if (this.#locks.size === 0) return Number.POSITIVE_INFINITY
    const doubtful = [...this.#locks.values()].some(({ inDoubt }) => inDoubt)
    return clock.now() + (failed.size > 0 || doubtful ? RETRY_INTERVAL_MS : RENEW_INTERVAL_MS)
  }

  #isExpired({ confirmedAt }: QueueLock): boolean {
    const age = this.#needs.clock.now() - confirmedAt
    // The clock was set back: nobody knows how long ago it was.
    return age > TRUST_MS || age < 0
  }

  /** Notes the confirmation of granted locks. Returns those that were in doubt. */
  #confirm(granted: readonly MessageQueue[], confirmedAt: number, sinceLastDoubt: boolean): QueueLock[] {
    const confirmed: QueueLock[] = []
    for (const queue of granted) {
      const lock = this.#locks.get(queueKey(queue))
      // Undefined when it was given back during the request.
      if (lock === undefined) continue
      lock.confirmedAt = confirmedAt
      if (!lock.inDoubt || !sinceLastDoubt) continue
      lock.inDoubt = false
      confirmed.push(lock)
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
    const response = await brokers.call(brokerName, lockBatchMq, {}, { body })
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
