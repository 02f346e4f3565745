import { assert } from '@rocketeer/foundation'

/**
 * What holds the log, each up to some offset: the memory of the operating system, which a killed process leaves intact,
 * and the disk, which survives a power cut. A slave would be one more.
 */
export type LogHolder = 'memory' | 'disk'

/**
 * Names the holder whose end is the commit point, given the end of each. "Two of three slaves", say, names the second
 * one of the slaves in the order of their ends.
 */
export type CommitRule = (ends: ReadonlyMap<LogHolder, number>) => LogHolder

/** Apache: FlushDiskType. */
export const COMMIT_RULES = {
  async: () => 'memory',
  sync: () => 'disk',
} as const satisfies Record<string, CommitRule>

interface CommitPointOptions {
  readonly rule: CommitRule
  /** Where the log ends when it is opened: all holders have it up to there. */
  readonly start: number
  /** Called each time the commit point has moved forward. */
  readonly onAdvance: (offset: number) => void
}

/**
 * The offset up to which records are acknowledged and readable. Holders report how much of the log they have; one rule
 * makes the commit point of that. It never goes back by itself, whatever the rule says later. The model is
 * commitment.go of hashicorp/raft.
 */
export class CommitPoint {
  readonly #rule: CommitRule
  readonly #onAdvance: (offset: number) => void
  readonly #ends: Map<LogHolder, number>
  #offset: number

  constructor({ rule, start, onAdvance }: CommitPointOptions) {
    this.#rule = rule
    this.#onAdvance = onAdvance
    this.#ends = new Map([
      ['memory', start],
      ['disk', start],
    ])
    this.#offset = start
  }

  get offset(): number {
    return this.#offset
  }

  /** The holder whose next report can move the commit point. */
  get awaitedHolder(): LogHolder {
    return this.#rule(this.#ends)
  }

  /** Says that `holder` has the log up to `end`. */
  report(holder: LogHolder, end: number): void {
    assert(end >= this.#endOf(holder), 'what a holder has of the log grows')
    this.#ends.set(holder, end)
    const committed = this.#endOf(this.awaitedHolder)
    if (committed <= this.#offset) return
    this.#offset = committed
    this.#onAdvance(committed)
  }

  /** Says that the log was cut off or begun at `end`, for all holders. */
  reset(end: number): void {
    for (const holder of this.#ends.keys()) this.#ends.set(holder, end)
    this.#offset = end
  }

  #endOf(holder: LogHolder): number {
    const end = this.#ends.get(holder)
    assert(end !== undefined, 'every holder has an end')
    return end
  }
}
