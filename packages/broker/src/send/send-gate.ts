import type { LiveConfig } from '../live-config.js'

/** Bodies of all messages being stored at once: with 64 of the largest ones memory is still far away. */
const IN_FLIGHT_BYTES_MAX = 256 * 1024 * 1024

/** An append that takes longer means the disk does not keep up. Apache: osPageCacheBusyTimeOutMills. */
const STALLED_AFTER_MS = 1000

/**
 * Bounds what has been handed to the store and is not acknowledged. Beyond it senders are told at once that the broker
 * is busy, which clients retry elsewhere, instead of filling the memory. Apache: sendThreadPoolQueueCapacity,
 * BrokerFastFailure.
 */
export class SendGate {
  readonly #config: LiveConfig
  #requests = 0
  #bytes = 0
  /** Real time of the last progress; it bounds the disk, not the story. */
  #progressAt = 0

  constructor(needs: { config: LiveConfig }) {
    this.#config = needs.config
  }

  get inFlightRequests(): number {
    return this.#requests
  }

  /** Why a message must wait outside, or undefined: then it is in, and `leave` is owed. */
  enter(bytes: number): string | undefined {
    if (this.#requests === 0) this.#progressAt = performance.now()
    else {
      if (
        this.#requests >= this.#config.current.sendThreadPoolQueueCapacity ||
        this.#bytes > IN_FLIGHT_BYTES_MAX
      )
        return this.#remark('PCBUSY_CLEAN_QUEUE')
      if (performance.now() - this.#progressAt > STALLED_AFTER_MS) return this.#remark('TIMEOUT_CLEAN_QUEUE')
    }
    this.#requests++
    this.#bytes += bytes
    return undefined
  }

  leave(bytes: number): void {
    this.#requests--
    this.#bytes -= bytes
    this.#progressAt = performance.now()
  }

  #remark(reason: string): string {
    const waitedMs = Math.round(performance.now() - this.#progressAt)
    return `[${reason}]broker busy, start flow control for a while, period in queue: ${waitedMs}ms, size of queue: ${this.#requests}`
  }
}
