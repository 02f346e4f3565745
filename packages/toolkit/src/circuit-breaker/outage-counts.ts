/** Messages that went to other members are never taken out: the oldest give way. */
const KEYS_MAX = 10_000

/** How often each message that is still to be handled has met an outage. */
export class OutageCounts {
  readonly #counts = new Map<string, number>()

  /** Counts one more for each of these; returns the highest count among them. */
  add(ids: readonly string[]): number {
    let highest = 0
    for (const id of ids) {
      const count = (this.#counts.get(id) ?? 0) + 1
      this.#counts.delete(id)
      this.#counts.set(id, count)
      highest = Math.max(highest, count)
    }
    for (const oldest of this.#counts.keys()) {
      if (this.#counts.size <= KEYS_MAX) break
      this.#counts.delete(oldest)
    }
    return highest
  }

  forget(ids: readonly string[]): void {
    if (this.#counts.size > 0) for (const id of ids) this.#counts.delete(id)
  }
}
