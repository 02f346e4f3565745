import type { LiveConfig } from '../options/live-config.js'

/** Bodies of all messages being stored at once: 32 of the largest ones. */
const IN_FLIGHT_BYTES_MAX = 128 * 1024 * 1024

/**
 * Bounds what has been handed to the store and is not acknowledged. Beyond it senders are told at once that the broker
 * is busy, which clients retry elsewhere, instead of filling the memory while the disk is slow.
 * Apache: sendThreadPoolQueueCapacity, BrokerFastFailure.
 */
export class SendGate {
  readonly #config: LiveConfig
  #requests = 0
  #bytes = 0

  constructor(needs: { config: LiveConfig }) {
    this.#config = needs.config
  }

  get inFlightRequests(): number {
    return this.#requests
  }

  /** Why a message must wait outside, or undefined: then it is in, and `leave` is owed. */
  enter(bytes: number): string | undefined {
    const full =
      this.#requests >= this.#config.current.sendThreadPoolQueueCapacity ||
      // One message always fits, whatever its size.
      (this.#requests > 0 && this.#bytes + bytes > IN_FLIGHT_BYTES_MAX)
    if (full) {
      return `[PCBUSY_CLEAN_QUEUE]broker busy, start flow control for a while, size of queue: ${this.#requests}, ${this.#bytes} bytes`
    }
    this.#requests++
    this.#bytes += bytes
    return undefined
  }

  leave(bytes: number): void {
    this.#requests--
    this.#bytes -= bytes
  }
}
