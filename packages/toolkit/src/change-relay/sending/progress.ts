/** A transaction whose changes are on their way to brokers. */
export interface TransactionProgress<Position> {
  /** Changes that no broker has acknowledged. */
  pending: number
  /** Set when its end was read. */
  end: Position | undefined
  ended: boolean
  /** Whether there were changes to send. */
  relevant: boolean
}

/**
 * Finds the position up to which everything is done: acknowledgements come in any order, and only what lies before the
 * first transaction that is not over may be forgotten.
 */
export class Progress<Position> {
  readonly #underway: TransactionProgress<Position>[] = []
  #first = 0
  readonly #onReached: (position: Position, relevant: boolean) => void

  /** `onReached` is called with each position that is reached; `relevant` says whether changes were sent on the way. */
  constructor(onReached: (position: Position, relevant: boolean) => void) {
    this.#onReached = onReached
  }

  /** Transactions that are not over. */
  get underway(): number {
    return this.#underway.length - this.#first
  }

  begin(): TransactionProgress<Position> {
    const transaction = { pending: 0, end: undefined, ended: false, relevant: false }
    this.#underway.push(transaction)
    return transaction
  }

  sent(transaction: TransactionProgress<Position>): void {
    transaction.pending++
    transaction.relevant = true
  }

  acknowledged(transaction: TransactionProgress<Position>): void {
    transaction.pending--
    this.#advance()
  }

  ended(transaction: TransactionProgress<Position>, end: Position | undefined): void {
    transaction.ended = true
    transaction.end = end
    this.#advance()
  }

  #advance(): void {
    let reached: Position | undefined
    let relevant = false
    for (;;) {
      const next = this.#underway[this.#first]
      if (!next?.ended || next.pending > 0) break
      this.#first++
      reached = next.end ?? reached
      relevant ||= next.relevant
    }
    if (this.#first > 1_000 || this.#first === this.#underway.length) {
      this.#underway.splice(0, this.#first)
      this.#first = 0
    }
    if (reached !== undefined) this.#onReached(reached, relevant)
  }
}
