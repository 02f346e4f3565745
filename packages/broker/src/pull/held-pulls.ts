import type { Clock, Logger, Timer } from '@rocketeer/foundation'
import type { Connection } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'
import type { TagFilter } from '../filter/tag-filter.js'
import type { LiveConfig } from '../options/live-config.js'

/** Looks at every held pull, in case an arrival was missed. Apache: PullRequestHoldService. */
const CHECK_INTERVAL_MS = 5000

/** Deadlines closer together than this are served by one timer. */
const DEADLINE_STEP_MS = 100

/** A pull that waits for a message. */
export interface HeldPull {
  readonly connection: Connection
  readonly topic: string
  readonly queueId: number
  /** Wanted from here on. */
  readonly offset: number
  readonly accepts: TagFilter | undefined
  /** Milliseconds since the epoch, by the broker's clock. */
  readonly deadline: number
  /** Looks again and answers, whatever it finds. */
  readonly wake: () => void
}

/** Long polling: pulls that found nothing, until a message arrives for them or their time is up. */
export class HeldPulls {
  readonly #needs: { store: MessageStore; clock: Clock; config: LiveConfig; logger: Logger }
  /** Topic → queue id → pulls. */
  readonly #waiting = new Map<string, Map<number, Set<HeldPull>>>()
  readonly #byConnection = new Map<Connection, Set<HeldPull>>()
  #size = 0
  /** Pulls to wake at the end of this turn, when everything that arrived in it can be read in one go. */
  #woken: HeldPull[] = []
  /** Runs while pulls are held. */
  #checkTimer: Timer | undefined
  #deadlineTimer: Timer | undefined
  #nextDeadline = Number.POSITIVE_INFINITY
  readonly #stopListening: () => void

  constructor(needs: { store: MessageStore; clock: Clock; config: LiveConfig; logger: Logger }) {
    this.#needs = needs
    this.#stopListening = needs.store.onArrival((topic, queueId, maxOffset, tagsCode) =>
      this.#onArrival(topic, queueId, maxOffset, tagsCode),
    )
  }

  get size(): number {
    return this.#size
  }

  /**
   * False when `pullThreadPoolQueueCapacity` pulls are held already. A message may have arrived while a read from disk
   * was on its way: then the pull is woken at once.
   */
  hold(pull: HeldPull): boolean {
    if (this.#size >= this.#needs.config.current.pullThreadPoolQueueCapacity) return false
    if (pull.connection.closed) return true
    let queues = this.#waiting.get(pull.topic)
    if (queues === undefined) {
      queues = new Map()
      this.#waiting.set(pull.topic, queues)
    }
    const pulls = queues.get(pull.queueId)
    if (pulls === undefined) queues.set(pull.queueId, new Set([pull]))
    else pulls.add(pull)
    this.#follow(pull)
    this.#size++
    this.#checkTimer ??= this.#needs.clock.every(CHECK_INTERVAL_MS, () => this.#check())
    this.#armDeadline(pull.deadline)
    if (this.#needs.store.maxOffset(pull.topic, pull.queueId) > pull.offset) this.#wake(pull)
    return true
  }

  /** Has the pulls of a queue looked at again now, because an administrator changed where its consumers go on. */
  wakeQueue(topic: string, queueId: number): void {
    for (const pull of this.#waiting.get(topic)?.get(queueId) ?? []) this.#wake(pull)
  }

  close(): void {
    this.#stopListening()
    this.#checkTimer?.cancel()
    this.#deadlineTimer?.cancel()
    this.#waiting.clear()
    this.#byConnection.clear()
    this.#size = 0
  }

  /** Called for every message stored: nothing here may cost anything when nobody waits. */
  #onArrival(topic: string, queueId: number, maxOffset: number, tagsCode: number): void {
    const pulls = this.#waiting.get(topic)?.get(queueId)
    if (pulls === undefined) return
    for (const pull of pulls) {
      if (maxOffset > pull.offset && (pull.accepts === undefined || pull.accepts(tagsCode))) this.#wake(pull)
    }
  }

  #check(): void {
    if (this.#size === 0) {
      this.#checkTimer?.cancel()
      this.#checkTimer = undefined
    }
    for (const pull of this.#all()) {
      if (this.#needs.store.maxOffset(pull.topic, pull.queueId) > pull.offset) this.#wake(pull)
    }
  }

  #onDeadline(): void {
    const now = this.#needs.clock.now()
    this.#deadlineTimer = undefined
    this.#nextDeadline = Number.POSITIVE_INFINITY
    let next = Number.POSITIVE_INFINITY
    for (const pull of this.#all()) {
      if (pull.deadline <= now) this.#wake(pull)
      else next = Math.min(next, pull.deadline)
    }
    if (next < Number.POSITIVE_INFINITY) this.#armDeadline(Math.max(next, now + DEADLINE_STEP_MS))
  }

  #armDeadline(deadline: number): void {
    if (deadline >= this.#nextDeadline - DEADLINE_STEP_MS) return
    this.#deadlineTimer?.cancel()
    this.#nextDeadline = deadline
    this.#deadlineTimer = this.#needs.clock.after(deadline - this.#needs.clock.now(), () =>
      this.#onDeadline(),
    )
  }

  *#all(): Generator<HeldPull> {
    for (const queues of this.#waiting.values()) for (const pulls of queues.values()) yield* pulls
  }

  #wake(pull: HeldPull): void {
    this.#remove(pull)
    if (this.#woken.length === 0) queueMicrotask(() => process.nextTick(() => this.#wakeAll()))
    this.#woken.push(pull)
  }

  #wakeAll(): void {
    const woken = this.#woken
    this.#woken = []
    for (const pull of woken) if (!pull.connection.closed) pull.wake()
  }

  #follow(pull: HeldPull): void {
    const { connection } = pull
    const pulls = this.#byConnection.get(connection)
    if (pulls !== undefined) {
      pulls.add(pull)
      return
    }
    this.#byConnection.set(connection, new Set([pull]))
    connection.onClose(() => {
      for (const held of this.#byConnection.get(connection) ?? []) this.#remove(held)
      this.#byConnection.delete(connection)
    })
  }

  #remove(pull: HeldPull): void {
    const queues = this.#waiting.get(pull.topic)
    const pulls = queues?.get(pull.queueId)
    if (!pulls?.delete(pull)) return
    this.#size--
    // The connection's set stays, even empty, until it closes: it stands for the listener.
    this.#byConnection.get(pull.connection)?.delete(pull)
    if (pulls.size > 0) return
    queues?.delete(pull.queueId)
    if (queues?.size === 0) this.#waiting.delete(pull.topic)
  }
}
