import type { Clock, Timer } from '@rocketeer/foundation'
import type { MessageQueue } from '@rocketeer/protocol/bodies'
import type { Peer } from '@rocketeer/remoting'
import type { ConsumerRegistry } from './consumer-registry.js'

/** Apache: RebalanceLockManager, `rocketmq.broker.rebalance.lockMaxLiveTime`. */
const LOCK_EXPIRY_MS = 60_000

/** So long a client whose connection only broke has to come back for its locks. Ours does so at once. */
const RETURN_WITHIN_MS = 1_000

/** From this many locks of one group on, the expired ones are dropped before another is added. */
const LOCKS_BEFORE_EXPIRY = 1024

/** Who asks for locks, and on which connection. */
export interface LockOwner {
  readonly clientId: string
  readonly peer: Peer
}

interface Lock {
  owner: LockOwner
  renewedAt: number
}

/**
 * Which consumer of a group may consume a queue in order. A lock expires after 60 s; its owner renews it every 20 s. The
 * locks of an owner whose connection is closed, as that of a killed process is, are free a second later. Apache:
 * RebalanceLockManager, where they expire.
 */
export class QueueLocks {
  readonly #clock: Clock
  readonly #consumers: ConsumerRegistry
  readonly #groups = new Map<string, Map<string, Lock>>()
  readonly #followed = new WeakSet<Peer>()
  readonly #departures = new Set<Timer>()

  constructor(needs: { clock: Clock; consumers: ConsumerRegistry }) {
    this.#clock = needs.clock
    this.#consumers = needs.consumers
  }

  /** The queues of which `owner` has the lock afterwards. */
  lock(group: string, queues: readonly MessageQueue[], owner: LockOwner): MessageQueue[] {
    const now = this.#clock.now()
    let locks = this.#groups.get(group)
    if (locks === undefined) {
      locks = new Map()
      this.#groups.set(group, locks)
    }
    this.#follow(owner)
    if (locks.size >= LOCKS_BEFORE_EXPIRY) dropExpired(locks, now)
    return queues.filter((queue) => {
      const lock = locks.get(keyOf(queue))
      if (lock !== undefined && lock.owner.clientId !== owner.clientId && !isExpired(lock, now)) return false
      locks.set(keyOf(queue), { owner, renewedAt: now })
      return true
    })
  }

  unlock(group: string, queues: readonly MessageQueue[], clientId: string): void {
    const locks = this.#groups.get(group)
    if (locks === undefined) return
    for (const queue of queues) {
      if (locks.get(keyOf(queue))?.owner.clientId === clientId) locks.delete(keyOf(queue))
    }
    if (locks.size === 0) this.#groups.delete(group)
  }

  /** True when a consumer of this group has the lock of a queue. */
  isLocked(group: string): boolean {
    const now = this.#clock.now()
    for (const lock of this.#groups.get(group)?.values() ?? []) if (!isExpired(lock, now)) return true
    return false
  }

  close(): void {
    for (const timer of this.#departures) timer.cancel()
    this.#departures.clear()
  }

  #follow({ peer }: LockOwner): void {
    if (this.#followed.has(peer)) return
    this.#followed.add(peer)
    peer.onClose(() => {
      const timer = this.#clock.after(RETURN_WITHIN_MS, () => {
        this.#departures.delete(timer)
        this.#departed(peer)
      })
      this.#departures.add(timer)
    })
  }

  /** Frees the locks asked for on a connection that is closed, unless their owner came back on another one. */
  #departed(peer: Peer): void {
    for (const [group, locks] of this.#groups) {
      let freed = false
      for (const [key, lock] of locks) {
        const { clientId } = lock.owner
        if (lock.owner.peer !== peer) continue
        const back = this.#consumers.get(group)?.member(clientId)
        if (back) {
          lock.owner = { clientId, peer: back.connection }
          this.#follow(lock.owner)
        } else freed = locks.delete(key)
      }
      if (locks.size === 0) this.#groups.delete(group)
      // They asked when the owner left, and were refused.
      if (freed) this.#consumers.tellMembers(group)
    }
  }
}

function isExpired(lock: Lock, now: number): boolean {
  // By a clock that was set back it would last for as long as that.
  lock.renewedAt = Math.min(lock.renewedAt, now)
  return now - lock.renewedAt > LOCK_EXPIRY_MS
}

function dropExpired(locks: Map<string, Lock>, now: number): void {
  for (const [key, lock] of locks) if (isExpired(lock, now)) locks.delete(key)
}

function keyOf(queue: MessageQueue): string {
  return `${queue.topic}@${queue.brokerName}@${queue.queueId}`
}
