import { EFFECTS } from '../services/events.js'
import type { Ledger } from './ledger.js'

/** What the ledger said at one moment. Counts are totals unless they say otherwise. */
export interface Sample {
  /** Milliseconds since the story began. */
  readonly at: number
  readonly paid: number
  /** In the order of `EFFECTS`. */
  readonly given: readonly number[]
  /** Messages that wait for their first retry at this moment, for their second, and so on, of all effects together. */
  readonly waitingByRetry: readonly number[]
  readonly dead: number
  readonly deadNow: number
  readonly replayed: number
}

/** A stretch of time in which harm was done, in milliseconds since the story began. */
export interface Harm {
  readonly from: number
  /** Undefined while it goes on. */
  to: number | undefined
}

/** A sentence of the story, and when it was said. */
export interface Sentence {
  readonly at: number
  readonly text: string
}

/** A screen is 1,000 pixels wide or two: more points would fall on each other. */
const SAMPLES_MAX = 1_200

/** What the story looked like over time, in a bounded number of samples however long it took. */
export class Timeline {
  readonly harms: Harm[] = []
  readonly sentences: Sentence[] = []
  /** When the story was over: what ends after that is being cleared away. */
  endedAt = Number.POSITIVE_INFINITY
  readonly #samplesMax: number
  #samples: Sample[] = []
  /** Every how many frames a sample is kept. */
  #every = 1
  #frame = 0

  constructor(samplesMax = SAMPLES_MAX) {
    this.#samplesMax = samplesMax
  }

  get samples(): readonly Sample[] {
    return this.#samples
  }

  /** Notes what the ledger says now; called once for each frame. */
  look(at: number, ledger: Ledger): void {
    if (this.#frame++ % this.#every > 0) return
    this.#samples.push(sampleOf(at, ledger))
    if (this.#samples.length <= this.#samplesMax) return
    // Every second one goes, and from now on half as many come.
    this.#samples = this.#samples.filter((_, index) => index % 2 === 0)
    this.#every *= 2
  }

  /** Notes the end of the story, whichever frames are kept. */
  end(at: number, ledger: Ledger): void {
    this.#samples.push(sampleOf(at, ledger))
    this.endedAt = at
  }
}

function sampleOf(at: number, ledger: Ledger): Sample {
  const counts = EFFECTS.map((effect) => ledger.countsOf(effect))
  const sum = (count: (each: (typeof counts)[number]) => number) =>
    counts.reduce((total, each) => total + count(each), 0)
  return {
    at,
    paid: ledger.paid.size,
    given: counts.map(({ given }) => given),
    waitingByRetry: Array.from({ length: ledger.retriesMax }, (_, index) =>
      sum(({ waitingByRetry }) => waitingByRetry[index]!),
    ),
    dead: sum(({ dead }) => dead),
    deadNow: sum(({ deadNow }) => deadNow),
    replayed: sum(({ replayed }) => replayed),
  }
}
