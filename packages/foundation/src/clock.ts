import type { WorkInFlight } from './work-in-flight.js'

/** A running timer; cancelling it twice, or after it has fired, does nothing. */
export interface Timer {
  cancel(): void
}

/**
 * Time as the broker, nameserver and client see it. Delays, expiry, retention and retries go through a clock so that
 * tests can move through hours at once. Limits on real I/O (a socket that does not answer) use real timers instead,
 * because no clock of ours moves the network.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `task` once after `delayMs`. With the system's clock, a timer that is not cancelled keeps the process running. */
  after(delayMs: number, task: () => unknown): Timer
  /** Runs `task` every `intervalMs`, first after one interval. Keeps the process running like `after`. */
  every(intervalMs: number, task: () => unknown): Timer
  /** The work a clock waits for before it moves on; only a clock that a test moves has it. */
  readonly inFlight?: WorkInFlight | undefined
}

/**
 * The longest wait without a look at the clock. Node's timers run on a monotonic clock, which stands still while the
 * machine sleeps and knows nothing of a system time that is set.
 */
const STEP_MS_MAX = 30_000

/**
 * Waits by Node's timers and by the clock, whichever is over first: a clock set ahead is noticed within 30 s, and one
 * set back makes no wait longer.
 */
class SystemTimer implements Timer {
  readonly #now: () => number
  readonly #dueAt: number
  readonly #task: () => unknown
  #handle: NodeJS.Timeout | undefined

  constructor(now: () => number, delayMs: number, task: () => unknown) {
    this.#now = now
    this.#dueAt = now() + delayMs
    this.#task = task
    this.#wait(delayMs)
  }

  #wait(delayMs: number): void {
    // Most waits are short, and need no second look.
    if (delayMs <= STEP_MS_MAX) this.#handle = setTimeout(this.#task, delayMs)
    else this.#handle = setTimeout(() => this.#look(delayMs - STEP_MS_MAX), STEP_MS_MAX)
  }

  #look(leftMs: number): void {
    const clockLeftMs = this.#dueAt - this.#now()
    if (clockLeftMs <= 0) this.#task()
    else this.#wait(Math.min(leftMs, clockLeftMs))
  }

  cancel(): void {
    clearTimeout(this.#handle)
  }
}

/**
 * A clock on the time that `now` tells, with Node's timers. They keep the process running: what is open has timers, so a
 * consumer outlives a broker that is away, and what is closed has cancelled its timers.
 */
function clockOn(now: () => number): Clock {
  return {
    now,
    after: (delayMs, task) => new SystemTimer(now, delayMs, task),
    every: (intervalMs, task) => {
      const handle = setInterval(task, intervalMs)
      return { cancel: () => clearInterval(handle) }
    },
  }
}

/** The system's time, which somebody may set, and which runs on while the machine sleeps. */
export const systemClock: Clock = clockOn(() => Date.now())

/** Milliseconds since the process started, which no change of the system's time makes longer or shorter. */
export const monotonicClock: Clock = clockOn(() => performance.now())

/** The clock to say by how long ago something was: no change of the system's time shall make that longer or shorter. */
export function elapsedTimeOf(clock: Clock): Clock {
  return clock === systemClock ? monotonicClock : clock
}

/**
 * Resolves after `delayMs` by `clock`, or rejects with the signal's reason. A handler that sleeps does not hold a manual
 * clock meanwhile.
 */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  const asleep = new Promise<void>((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      timer.cancel()
      reject(signal?.reason)
    }
    const timer = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
  return clock.inFlight ? clock.inFlight.unheld(asleep) : asleep
}
