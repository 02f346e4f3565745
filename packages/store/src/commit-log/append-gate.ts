import type { RocketeerError } from '@rocketeer/foundation'

/** Whether the log takes appends, and why not. Of several reasons the one that lasts longest counts. */
export class AppendGate {
  /** The log is fenced or closed: for good. */
  #final: RocketeerError | undefined
  /** The log is being repaired or cut. */
  #passing: RocketeerError | undefined
  /** Somebody else asked for it: the disk is full. */
  #asked: RocketeerError | undefined
  #repair: Promise<void> | undefined

  get refusal(): RocketeerError | undefined {
    return this.#final ?? this.#passing ?? this.#asked
  }

  get isFinal(): boolean {
    return this.#final !== undefined
  }

  /** Resolves when the repair that runs is over; undefined when there is none. */
  get repair(): Promise<void> | undefined {
    return this.#repair
  }

  /** Refuses with `reason` until it is called with undefined. */
  refuse(reason: RocketeerError | undefined): void {
    this.#asked = reason
  }

  fence(reason: RocketeerError): void {
    this.#final = reason
  }

  /** A fenced log stays fenced. */
  close(reason: RocketeerError): void {
    this.#final ??= reason
  }

  /** Refuses with `reason` while `repair` runs, which begins when an earlier one is over. */
  async refuseWhile<Result>(reason: RocketeerError, repair: () => Promise<Result>): Promise<Result> {
    const earlier = this.#repair
    this.#passing = reason
    const running = (async () => {
      await earlier
      return repair()
    })()
    const over = running.then(
      () => {},
      () => {},
    )
    this.#repair = over
    try {
      return await running
    } finally {
      if (this.#repair === over) {
        this.#repair = undefined
        this.#passing = undefined
      }
    }
  }
}
