import { AsyncLocalStorage } from 'node:async_hooks'

/** Keeps a manual clock still until it is released. */
export interface Hold extends Disposable {
  /** Lets the clock go on; a second call does nothing. */
  release(): void
}

/** Says what is under way, in words for an error, or `undefined` when nothing is. */
export type DescribeWork = () => string | undefined

class HeldWork implements Hold {
  /** How many of its promises wait for the clock itself: then the clock does not wait for it. */
  waits = 0
  readonly describe: () => string
  /** The work that began this one. */
  readonly parent: HeldWork | undefined
  readonly release: () => void

  constructor(describe: () => string, parent: HeldWork | undefined, release: (held: HeldWork) => void) {
    this.describe = describe
    this.parent = parent
    this.release = () => release(this)
  }

  [Symbol.dispose](): void {
    this.release()
  }
}

/**
 * The work that a manual clock waits for before it moves on: handlers that run, requests on their way. Only clocks that
 * a test moves have it (`Clock.inFlight`), so in production nobody counts anything. Work is told in three ways:
 *
 *     inFlight.run(describe, task)   // user code, which may wait by the same clock
 *     inFlight.hold(describe)        // anything with a beginning and an end
 *     inFlight.watch(describe)          // what somebody counts anyway: asked only when the clock is about to move
 */
export class WorkInFlight {
  readonly #held = new Set<HeldWork>()
  readonly #watched = new Set<DescribeWork>()
  readonly #running = new AsyncLocalStorage<HeldWork>()
  #changes = 0

  /** Grows with everything that begins or ends: as long as it grows, the work makes progress. */
  get changes(): number {
    return this.#changes
  }

  /** Holds the clock until it is released. */
  hold(describe: () => string): Hold {
    return this.#add(describe, undefined)
  }

  /** Runs `task`, which holds the clock until its promise settles or its hold is released, except while it is in `unheld`. */
  async run<Result>(describe: () => string, task: (hold: Hold) => Result | Promise<Result>): Promise<Result> {
    const held = this.#add(describe, this.#running.getStore())
    try {
      return await this.#running.run(held, task, held)
    } finally {
      held.release()
    }
  }

  /** Waits for `promise`; meanwhile the work that calls this does not hold the clock. */
  async unheld<Value>(promise: Promise<Value>): Promise<Value> {
    const waiting = this.#running.getStore()
    for (let work = waiting; work; work = work.parent) work.waits++
    this.#changes++
    try {
      return await promise
    } finally {
      this.#changes++
      for (let work = waiting; work; work = work.parent) work.waits--
    }
  }

  /** Asks `describe` each time the clock is about to move. Returns a function that ends that. */
  watch(describe: DescribeWork): () => void {
    this.#watched.add(describe)
    return () => this.#watched.delete(describe)
  }

  /** What holds the clock now, in words; `undefined` when nothing does. */
  describe(): string | undefined {
    for (const { waits, describe } of this.#held) if (waits === 0) return describe()
    for (const describe of this.#watched) {
      const found = describe()
      if (found !== undefined) return found
    }
    return undefined
  }

  #add(describe: () => string, parent: HeldWork | undefined): HeldWork {
    const held = new HeldWork(describe, parent, (released) => {
      if (this.#held.delete(released)) this.#changes++
    })
    this.#held.add(held)
    this.#changes++
    return held
  }
}
