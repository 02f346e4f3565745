import { type Clock, DeadlineTimer } from '@rocketeer/foundation'
import type { Peer } from '@rocketeer/remoting'

/** Requests whose deadlines are closer together than this are woken together. */
const DEADLINE_STEP_MS = 50

/** In place of a queue id: any queue of the topic. */
export const ANY_QUEUE = -1

/** Where a message has to arrive for a request to be woken. */
export interface WaitingKey {
  readonly topic: string
  readonly group: string
  /** `ANY_QUEUE`: any queue of the topic. */
  readonly queueId: number
}

/** A request that is answered when a message arrives or its time is up. */
export interface WaitingRequest extends WaitingKey {
  readonly peer: Peer
  /** When it is woken if nothing arrives; milliseconds since the epoch, by the broker's clock. */
  readonly deadline: number
  /** Looks again, and answers or waits again. */
  readonly wake: () => void
}

export interface WaitingRequestsOptions<Request> {
  readonly clock: Clock
  /** Called instead of `wake` for each request whose peer went between the arrival and the end of its turn. */
  readonly onPeerGone?: (request: Request) => void
}

/** Requests by group, oldest first. */
type Groups<Request> = Map<string, Set<Request>>

/**
 * The waiting room of long polling: requests by topic, queue and group, until somebody wakes them, their deadline comes
 * or their peer goes. Its users decide what wakes which request, and how many may wait.
 */
export class WaitingRequests<Request extends WaitingRequest> {
  readonly #options: WaitingRequestsOptions<Request>
  /** Topic → queue id → group → requests; empty maps are dropped at the next deadline. */
  readonly #topics = new Map<string, Map<number, Groups<Request>>>()
  readonly #byPeer = new Map<Peer, Set<Request>>()
  readonly #deadlines: DeadlineTimer
  #size = 0
  /** To be woken at the end of this turn, when everything that arrived in it can be read in one go. */
  #woken: Request[] = []

  constructor(options: WaitingRequestsOptions<Request>) {
    this.#options = options
    this.#deadlines = new DeadlineTimer(options.clock, () => this.#wakeDue())
  }

  get size(): number {
    return this.#size
  }

  sizeAt({ topic, group, queueId }: WaitingKey): number {
    return this.#topics.get(topic)?.get(queueId)?.get(group)?.size ?? 0
  }

  /** Who waits for messages of a topic, by queue id and group; undefined when nobody does. */
  queuesOf(topic: string): ReadonlyMap<number, ReadonlyMap<string, ReadonlySet<Request>>> | undefined {
    return this.#topics.get(topic)
  }

  /** Does nothing when the peer of the request is gone. */
  add(request: Request): void {
    if (request.peer.closed) return
    this.#groupSet(request).add(request)
    this.#follow(request)
    this.#size++
    this.#deadlines.arm(request.deadline)
  }

  /** Takes a request out and calls its `wake` at the end of this turn; does nothing when it does not wait any more. */
  wake(request: Request): void {
    if (!this.#remove(request)) return
    // A tick alone would run before the promise jobs of this turn, whose messages can be read in the same go.
    if (this.#woken.push(request) === 1) queueMicrotask(this.#afterJobs)
  }

  /** Forgets all requests, also those that were to be woken at the end of this turn. */
  close(): void {
    this.#deadlines.close()
    this.#topics.clear()
    this.#byPeer.clear()
    this.#woken = []
    this.#size = 0
  }

  readonly #afterJobs = () => process.nextTick(this.#wakeAll)

  readonly #wakeAll = () => {
    const woken = this.#woken
    this.#woken = []
    for (const request of woken) {
      if (request.peer.closed) this.#options.onPeerGone?.(request)
      else request.wake()
    }
  }

  /** Wakes the requests whose deadline has come, drops empty maps, and returns the next deadline. */
  #wakeDue(): number {
    const now = this.#options.clock.now()
    let next = Number.POSITIVE_INFINITY
    for (const [topic, queues] of this.#topics) {
      for (const [queueId, groups] of queues) {
        for (const [group, requests] of groups) {
          for (const request of requests) {
            if (request.deadline <= now) this.wake(request)
            else next = Math.min(next, request.deadline)
          }
          if (requests.size === 0) groups.delete(group)
        }
        if (groups.size === 0) queues.delete(queueId)
      }
      if (queues.size === 0) this.#topics.delete(topic)
    }
    return Math.max(next, now + DEADLINE_STEP_MS)
  }

  #groupSet({ topic, queueId, group }: WaitingKey): Set<Request> {
    const queues = entryOf(this.#topics, topic, () => new Map<number, Groups<Request>>())
    const groups = entryOf(queues, queueId, () => new Map<string, Set<Request>>())
    return entryOf(groups, group, () => new Set<Request>())
  }

  #follow(request: Request): void {
    const { peer } = request
    const requests = this.#byPeer.get(peer)
    if (requests !== undefined) {
      requests.add(request)
      return
    }
    this.#byPeer.set(peer, new Set([request]))
    peer.onClose(() => {
      for (const waiting of this.#byPeer.get(peer) ?? []) this.#remove(waiting)
      this.#byPeer.delete(peer)
    })
  }

  /**
   * False when the request does not wait. Its maps and the timer stay until the next deadline, and the set of its peer
   * until the peer goes, because most requests come back at once.
   */
  #remove(request: Request): boolean {
    const { topic, queueId, group, peer } = request
    if (!this.#topics.get(topic)?.get(queueId)?.get(group)?.delete(request)) return false
    this.#byPeer.get(peer)?.delete(request)
    this.#size--
    return true
  }
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const present = map.get(key)
  if (present !== undefined) return present
  const made = make()
  map.set(key, made)
  return made
}
