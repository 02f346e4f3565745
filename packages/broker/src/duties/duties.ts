/**
 * Recurring work that writes messages, which only a master does: a slave gets these messages from its master. It does
 * nothing before its first start; what becomes due while it is stopped is done after the next one.
 */
export interface Duty {
  /** Does nothing when it is started already. */
  start(): void
  /** Resolves when nothing is being written any more; it may be started again. */
  stop(): Promise<void>
}

/** The duties of a master, which are started and stopped together. */
export class Duties implements Duty {
  readonly #duties: readonly Duty[]

  constructor(duties: readonly Duty[]) {
    this.#duties = duties
  }

  start(): void {
    for (const duty of this.#duties) duty.start()
  }

  async stop(): Promise<void> {
    await Promise.all(this.#duties.map((duty) => duty.stop()))
  }
}
