import type { Clock } from '@rocketeer/foundation'
import type { MessageStore } from '@rocketeer/store'
import type { TagFilter } from '../filter/tag-filter.js'
import type { LiveConfig } from '../options/live-config.js'
import { type WaitingRequest, WaitingRequests } from '../waiting/waiting-requests.js'

/** A pull that waits for a message of one queue. */
export interface WaitingPull extends WaitingRequest {
  /** The first queue offset it wants; moves past messages that arrive and are not accepted. */
  offset: number
  readonly accepts: TagFilter | undefined
}

export interface WaitingPullsNeeds {
  readonly store: Pick<MessageStore, 'maxOffset' | 'onArrival'>
  readonly clock: Clock
  readonly config: LiveConfig
}

/** Pulls that found nothing, until a message arrives for them or their time is up. Apache: PullRequestHoldService. */
export class WaitingPulls {
  readonly #needs: WaitingPullsNeeds
  readonly #requests: WaitingRequests<WaitingPull>
  readonly #stopListening: () => void

  constructor(needs: WaitingPullsNeeds) {
    this.#needs = needs
    this.#requests = new WaitingRequests(needs)
    this.#stopListening = needs.store.onArrival((topic, queueId, maxOffset, tagsCode) =>
      this.#onArrival(topic, queueId, maxOffset, tagsCode),
    )
  }

  get size(): number {
    return this.#requests.size
  }

  /**
   * False when `waitingPullsMax` pulls wait already. A message may have arrived while a read from disk was
   * on its way: then the pull is woken at once.
   */
  add(pull: WaitingPull): boolean {
    if (this.#requests.size >= this.#needs.config.current.waitingPullsMax) return false
    this.#requests.add(pull)
    if (this.#needs.store.maxOffset(pull.topic, pull.queueId) > pull.offset) this.#requests.wake(pull)
    return true
  }

  /** Wakes the pulls of a queue, because an administrator changed the offset its consumers go on from. */
  wakeQueue(topic: string, queueId: number): void {
    for (const pulls of this.#requests.queuesOf(topic)?.get(queueId)?.values() ?? [])
      for (const pull of pulls) this.#requests.wake(pull)
  }

  close(): void {
    this.#stopListening()
    this.#requests.close()
  }

  /** Called for every message stored: nothing here may cost anything when nobody waits. */
  #onArrival(topic: string, queueId: number, maxOffset: number, tagsCode: number): void {
    if (this.#requests.size === 0) return
    const groups = this.#requests.queuesOf(topic)?.get(queueId)
    if (groups === undefined) return
    for (const pulls of groups.values()) {
      for (const pull of pulls) {
        if (maxOffset <= pull.offset) continue
        if (pull.accepts === undefined || pull.accepts(tagsCode)) this.#requests.wake(pull)
        else pull.offset = maxOffset
      }
    }
  }
}
