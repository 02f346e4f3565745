/** A running timer; cancelling it twice, or after it has fired, does nothing. */
export interface Timer {
  cancel(): void
}

/**
 * Time as the broker, nameserver and client see it. Delays, expiry, retention and retries go through a clock so that
 * tests can advance hours in milliseconds. Limits on real I/O (a socket that does not answer) use real timers instead,
 * because no clock of ours moves the network.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `task` once after `delayMs`; never keeps the process alive. */
  after(delayMs: number, task: () => unknown): Timer
  /** Runs `task` every `intervalMs`, first after one interval; never keeps the process alive. */
  every(intervalMs: number, task: () => unknown): Timer
}

/** Node cannot wait longer than this in one step (2^31 - 1 ms); a longer delay is made of several steps. */
const NODE_TIMER_MAX_MS = 2_147_483_647

class SystemTimer implements Timer {
  #handle: NodeJS.Timeout | undefined
  constructor(delayMs: number, task: () => unknown) {
    this.#arm(delayMs, task)
  }
  #arm(delayMs: number, task: () => unknown): void {
    const stepMs = Math.min(delayMs, NODE_TIMER_MAX_MS)
    this.#handle = setTimeout(() => {
      if (delayMs > stepMs) this.#arm(delayMs - stepMs, task)
      else task()
    }, stepMs).unref()
  }
  cancel(): void {
    clearTimeout(this.#handle)
  }
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, task) => new SystemTimer(delayMs, task),
  every: (intervalMs, task) => {
    const handle = setInterval(task, intervalMs).unref()
    return { cancel: () => clearInterval(handle) }
  },
}

/** Resolves after `delayMs` by `clock`, or rejects with the signal's reason. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
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
}
