interface Waiting {
  admit: () => void
  refuse: () => void
}

/** Lets callers in, `limit` of them at a time; the others wait in the order in which they came. */
export class Admission {
  #limit = Number.POSITIVE_INFINITY
  #inside = 0
  #waiting = new Set<Waiting>()
  /** Those let in before the last `reset` leave without making room. */
  #era = 0

  get limit(): number {
    return this.#limit
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** Counts from the beginning. */
  reset(limit: number): void {
    this.#era++
    this.#inside = 0
    this.#limit = limit
    this.#admitNext()
  }

  grow(): void {
    this.#limit++
    this.#admitNext()
  }

  /** Returns what to call at the end; undefined when the caller has to wait. */
  tryEnter(): (() => void) | undefined {
    return this.#inside < this.#limit && this.#waiting.size === 0 ? this.#letIn() : undefined
  }

  /** Waits for a place. Resolves to undefined when that is in vain, because of `refuseWaiting` or the signal. */
  enter(signal?: AbortSignal): Promise<(() => void) | undefined> {
    return new Promise((resolve) => {
      const end = () => {
        this.#waiting.delete(waiting)
        signal?.removeEventListener('abort', waiting.refuse)
      }
      const waiting: Waiting = {
        admit: () => {
          end()
          resolve(this.#letIn())
        },
        refuse: () => {
          end()
          resolve(undefined)
        },
      }
      if (signal?.aborted) return resolve(undefined)
      signal?.addEventListener('abort', waiting.refuse, { once: true })
      this.#waiting.add(waiting)
      this.#admitNext()
    })
  }

  /** Sends everybody away who waits. */
  refuseWaiting(): void {
    for (const { refuse } of [...this.#waiting]) refuse()
  }

  #letIn(): () => void {
    const era = this.#era
    this.#inside++
    return () => {
      if (era !== this.#era) return
      this.#inside--
      this.#admitNext()
    }
  }

  #admitNext(): void {
    for (const { admit } of this.#waiting) {
      if (this.#inside >= this.#limit) return
      admit()
    }
  }
}
