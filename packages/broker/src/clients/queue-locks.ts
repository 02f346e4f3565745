import type { Clock } from '@rocketeer/foundation'
import type { MessageQueue } from '@rocketeer/protocol/bodies'

/** Apache: RebalanceLockManager, `rocketmq.broker.rebalance.lockMaxLiveTime`. */
const LOCK_EXPIRY_MS = 60_000

/** From this many locks of one group on, the expired ones are dropped before another is added. */
const LOCKS_BEFORE_EXPIRY = 1024

interface Lock {
  clientId: string
  renewedAt: number
}

/**
 * Which consumer of a group may consume a queue in order. A lock expires after 60 s; its owner renews it every 20 s.
 * Apache: RebalanceLockManager.
 */
export class QueueLocks {
  readonly #clock: Clock
  readonly #groups = new Map<string, Map<string, Lock>>()

  constructor(needs: { clock: Clock }) {
    this.#clock = needs.clock
  }

  /** The queues of which `clientId` has the lock afterwards. */
  lock(group: string, queues: readonly MessageQueue[], clientId: string): MessageQueue[] {
    const now = this.#clock.now()
    let locks = this.#groups.get(group)
    if (locks === undefined) {
      locks = new Map()
      this.#groups.set(group, locks)
    }
    if (locks.size >= LOCKS_BEFORE_EXPIRY) dropExpired(locks, now)
    return queues.filter((queue) => {
      const lock = locks.get(keyOf(queue))
      if (lock !== undefined && lock.clientId !== clientId && !isExpired(lock, now)) return false
      locks.set(keyOf(queue), { clientId, renewedAt: now })
      return true
    })
  }

  unlock(group: string, queues: readonly MessageQueue[], clientId: string): void {
    const locks = this.#groups.get(group)
    if (locks === undefined) return
    for (const queue of queues) {
      if (locks.get(keyOf(queue))?.clientId === clientId) locks.delete(keyOf(queue))
    }
    if (locks.size === 0) this.#groups.delete(group)
  }

  /** True when a consumer of this group has the lock of a queue. */
  isLocked(group: string): boolean {
    const now = this.#clock.now()
    for (const lock of this.#groups.get(group)?.values() ?? []) if (!isExpired(lock, now)) return true
    return false
  }
}

function isExpired(lock: Lock, now: number): boolean {
  return now - lock.renewedAt > LOCK_EXPIRY_MS
}

function dropExpired(locks: Map<string, Lock>, now: number): void {
  for (const [key, lock] of locks) if (isExpired(lock, now)) locks.delete(key)
}

function keyOf(queue: MessageQueue): string {
  return `${queue.topic}@${queue.brokerName}@${queue.queueId}`
}
