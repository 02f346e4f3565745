import type { Clock } from '@rocketeer/foundation'
import { popRetryOriginsOf } from '@rocketeer/protocol'
import type { MessageStore } from '@rocketeer/store'
import type { TagFilter } from '../filter/tag-filter.js'
import type { LiveConfig } from '../options/live-config.js'
import {
  ANY_QUEUE,
  type WaitingKey,
  type WaitingRequest,
  WaitingRequests,
} from '../waiting/waiting-requests.js'

/** A pop or a notification that waits for a message of its topic, or of its group's retry topics. */
export interface WaitingPop extends WaitingRequest {
  readonly accepts: TagFilter | undefined
}

export interface WaitingPopsNeeds {
  readonly store: Pick<MessageStore, 'onArrival'>
  readonly clock: Clock
  readonly config: LiveConfig
}

/**
 * Long polling of popping consumers. A message wakes one request of each group that waits, because only one can take it.
 * Apache: PopLongPollingService.
 */
export class WaitingPops {
  readonly #needs: WaitingPopsNeeds
  readonly #requests: WaitingRequests<WaitingPop>
  readonly #stopListening: () => void

  constructor(needs: WaitingPopsNeeds) {
    this.#needs = needs
    // A request whose client is gone may have been woken for a message; another one may take it.
    this.#requests = new WaitingRequests({ clock: needs.clock, onPeerGone: (pop) => this.wakeOne(pop) })
    this.#stopListening = needs.store.onArrival((topic, queueId, _maxOffset, tagsCode) =>
      this.#onArrival(topic, queueId, tagsCode),
    )
  }

  get size(): number {
    return this.#requests.size
  }

  sizeAt(key: WaitingKey): number {
    return this.#requests.sizeAt(key)
  }

  /** False when `waitingPopsMax` requests wait already, or `waitingPopsPerQueueMax` for the same queue and group. */
  add(pop: WaitingPop): boolean {
    const { waitingPopsMax, waitingPopsPerQueueMax } = this.#needs.config.current
    if (this.size >= waitingPopsMax || this.sizeAt(pop) >= waitingPopsPerQueueMax) return false
    this.#requests.add(pop)
    return true
  }

  /** Wakes one request of the group that waits for this queue, and one that waits for any. */
  wakeOne({ topic, group, queueId }: WaitingKey): void {
    const queues = this.#requests.queuesOf(topic)
    if (queues === undefined) return
    this.#wakeFirst(queues.get(ANY_QUEUE)?.get(group))
    if (queueId !== ANY_QUEUE) this.#wakeFirst(queues.get(queueId)?.get(group))
  }

  close(): void {
    this.#stopListening()
    this.#requests.close()
  }

  /** Called for every message stored: nothing here may cost anything when nobody waits. */
  #onArrival(topic: string, queueId: number, tagsCode: number): void {
    if (this.#requests.size === 0) return
    const queues = this.#requests.queuesOf(topic)
    if (queues !== undefined) {
      this.#wakeFirstOfEach(queues.get(ANY_QUEUE), tagsCode)
      this.#wakeFirstOfEach(queues.get(queueId), tagsCode)
    }
    for (const origin of popRetryOriginsOf(topic)) this.#onRetryArrival(origin)
  }

  /** Any request for the origin can take from its retry topic, whose queues are others. */
  #onRetryArrival({ topic, group }: { topic: string; group: string }): void {
    for (const groups of this.#requests.queuesOf(topic)?.values() ?? []) this.#wakeFirst(groups.get(group))
  }

  #wakeFirstOfEach(groups: ReadonlyMap<string, ReadonlySet<WaitingPop>> | undefined, tagsCode: number): void {
    if (groups === undefined) return
    for (const pops of groups.values()) this.#wakeFirst(pops, tagsCode)
  }

  #wakeFirst(pops: ReadonlySet<WaitingPop> | undefined, tagsCode?: number): void {
    if (pops === undefined) return
    for (const pop of pops) {
      if (tagsCode !== undefined && pop.accepts !== undefined && !pop.accepts(tagsCode)) continue
      this.#requests.wake(pop)
      return
    }
  }
}
