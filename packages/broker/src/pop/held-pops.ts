import type { Clock, Timer } from '@rocketeer/foundation'
import { popRetryTopicOf } from '@rocketeer/protocol'
import type { Connection } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'
import type { TagFilter } from '../filter/tag-filter.js'
import type { LiveConfig } from '../options/live-config.js'

/** Deadlines closer together than this are served by one timer. */
const DEADLINE_STEP_MS = 50

/** In place of a queue id: any queue of the topic. */
const ANY_QUEUE = -1

/** What a request waits for. */
export interface PopPlace {
  readonly topic: string
  readonly group: string
  /** -1: all queues. */
  readonly queueId: number
}

/** A request that waits for a message. */
export interface HeldPop extends PopPlace {
  readonly connection: Connection
  readonly accepts: TagFilter | undefined
  /** Milliseconds since the epoch, by the broker's clock: the answer is due, or a queue popped in order becomes free. */
  readonly wakeAt: number
  /** Looks again, and answers or comes back. */
  readonly wake: () => void
}

/** The requests of one group that wait for one topic, by queue id, oldest first. */
type Waiting = Map<number, Set<HeldPop>>

export interface HeldPopsNeeds {
  readonly store: MessageStore
  readonly clock: Clock
  readonly config: LiveConfig
}

/**
 * Long polling of popping consumers. A message wakes one request of each group that waits, because only one can take it.
 * Apache: PopLongPollingService.
 */
export class HeldPops {
  readonly #needs: HeldPopsNeeds
  /** Topic → group → who waits. */
  readonly #waiting = new Map<string, Map<string, Waiting>>()
  /** Retry topic → whom its messages are for. Only of groups that wait. */
  readonly #retryTopics = new Map<string, Omit<PopPlace, 'queueId'>>()
  readonly #byConnection = new Map<Connection, Set<HeldPop>>()
  #size = 0
  #timer: Timer | undefined
  #timerAt = Number.POSITIVE_INFINITY
  readonly #stopListening: () => void

  constructor(needs: HeldPopsNeeds) {
    this.#needs = needs
    this.#stopListening = needs.store.onArrival((topic, queueId, _maxOffset, tagsCode) =>
      this.#onArrival(topic, queueId, tagsCode),
    )
  }

  get size(): number {
    return this.#size
  }

  /** How many requests wait at one place. */
  sizeAt({ topic, group, queueId }: PopPlace): number {
    return this.#waiting.get(topic)?.get(group)?.get(queueId)?.size ?? 0
  }

  /** False when `maxPopPollingSize` requests wait already, or `popPollingSize` at the same place. */
  hold(pop: HeldPop): boolean {
    const { maxPopPollingSize, popPollingSize } = this.#needs.config.current
    if (this.#size >= maxPopPollingSize || this.sizeAt(pop) >= popPollingSize) return false
    if (pop.connection.closed) return true
    const waiting = this.#waitingOf(pop)
    const pops = waiting.get(pop.queueId)
    if (pops === undefined) waiting.set(pop.queueId, new Set([pop]))
    else pops.add(pop)
    this.#follow(pop)
    this.#size++
    this.#arm(pop.wakeAt)
    return true
  }

  /** There is something for one of those who wait for this queue, and one of those who wait for any. */
  wakeOne({ topic, group, queueId }: PopPlace): void {
    const waiting = this.#waiting.get(topic)?.get(group)
    if (waiting !== undefined)
      for (const place of new Set([ANY_QUEUE, queueId])) this.#wakeFirst(waiting.get(place))
  }

  close(): void {
    this.#stopListening()
    this.#timer?.cancel()
    this.#waiting.clear()
    this.#retryTopics.clear()
    this.#byConnection.clear()
    this.#size = 0
  }

  /** Called for every message stored: nothing here may cost anything when nobody waits. */
  #onArrival(topic: string, queueId: number, tagsCode: number): void {
    if (this.#size === 0) return
    for (const waiting of this.#waiting.get(topic)?.values() ?? []) {
      this.#wakeFirst(waiting.get(ANY_QUEUE), tagsCode)
      this.#wakeFirst(waiting.get(queueId), tagsCode)
    }
    const origin = this.#retryTopics.get(topic)
    if (origin === undefined) return
    // The queues of a retry topic are not those of its origin: whoever waits can take from them.
    for (const pops of this.#waiting.get(origin.topic)?.get(origin.group)?.values() ?? [])
      this.#wakeFirst(pops)
  }

  #wakeFirst(pops: ReadonlySet<HeldPop> | undefined, tagsCode?: number): void {
    for (const pop of pops ?? []) {
      if (tagsCode !== undefined && pop.accepts !== undefined && !pop.accepts(tagsCode)) continue
      this.#wake(pop)
      return
    }
  }

  /** Runs after this turn, so that everything that arrives in it can be taken in one go. */
  #wake(pop: HeldPop): void {
    this.#remove(pop)
    setImmediate(() => {
      if (pop.connection.closed) this.wakeOne(pop)
      else pop.wake()
    })
  }

  #onTime(): void {
    const now = this.#needs.clock.now()
    this.#timer = undefined
    this.#timerAt = Number.POSITIVE_INFINITY
    let next = Number.POSITIVE_INFINITY
    for (const groups of this.#waiting.values()) {
      for (const waiting of groups.values()) {
        for (const pops of waiting.values()) {
          for (const pop of pops) {
            if (pop.wakeAt <= now) this.#wake(pop)
            else next = Math.min(next, pop.wakeAt)
          }
        }
      }
    }
    if (next < Number.POSITIVE_INFINITY) this.#arm(Math.max(next, now + DEADLINE_STEP_MS))
  }

  #arm(wakeAt: number): void {
    if (wakeAt >= this.#timerAt) return
    this.#timer?.cancel()
    this.#timerAt = wakeAt
    this.#timer = this.#needs.clock.after(wakeAt - this.#needs.clock.now(), () => this.#onTime())
  }

  #waitingOf({ topic, group }: PopPlace): Waiting {
    let groups = this.#waiting.get(topic)
    if (groups === undefined) {
      groups = new Map()
      this.#waiting.set(topic, groups)
    }
    let waiting = groups.get(group)
    if (waiting === undefined) {
      waiting = new Map()
      groups.set(group, waiting)
      for (const version of [1, 2] as const)
        this.#retryTopics.set(popRetryTopicOf(topic, group, version), { topic, group })
    }
    return waiting
  }

  #follow(pop: HeldPop): void {
    const { connection } = pop
    const pops = this.#byConnection.get(connection)
    if (pops !== undefined) {
      pops.add(pop)
      return
    }
    this.#byConnection.set(connection, new Set([pop]))
    connection.onClose(() => {
      for (const held of this.#byConnection.get(connection) ?? []) this.#remove(held)
      this.#byConnection.delete(connection)
    })
  }

  #remove(pop: HeldPop): void {
    const { topic, group, queueId } = pop
    const groups = this.#waiting.get(topic)
    const waiting = groups?.get(group)
    const pops = waiting?.get(queueId)
    if (!pops?.delete(pop)) return
    this.#size--
    // The connection's set stays, even empty, until it closes: it stands for the listener.
    this.#byConnection.get(pop.connection)?.delete(pop)
    if (this.#size === 0) {
      this.#timer?.cancel()
      this.#timer = undefined
      this.#timerAt = Number.POSITIVE_INFINITY
    }
    if (pops.size > 0) return
    waiting?.delete(queueId)
    if (waiting?.size !== 0) return
    groups?.delete(group)
    for (const version of [1, 2] as const) this.#retryTopics.delete(popRetryTopicOf(topic, group, version))
    if (groups?.size === 0) this.#waiting.delete(topic)
  }
}
