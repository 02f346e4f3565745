import { type DispatchFacts, isQueued } from './facts.js'

/** Called for every message that consumers may see from now on. */
export type ArrivalListener = (
  topic: string,
  queueId: number,
  maxOffset: number,
  tagsCode: number,
  storeTimestamp: number,
) => void

/** Tells listeners about messages once they are readable. */
export class Arrivals {
  readonly #listeners = new Set<ArrivalListener>()

  /** Returns how to stop listening. */
  listen(listener: ArrivalListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  announce(records: readonly DispatchFacts[]): void {
    if (this.#listeners.size === 0) return
    for (const { topic, queueId, sysFlag, queueOffset, tagsCode, storeTimestamp } of records) {
      if (!isQueued(sysFlag)) continue
      for (const listener of this.#listeners)
        listener(topic, queueId, queueOffset + 1, tagsCode, storeTimestamp)
    }
  }
}
