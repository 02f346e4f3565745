import { refusals } from '../errors.js'
import type { LiveConfig } from '../options/live-config.js'

/** Bodies of all messages that are being stored: 32 of the largest ones. */
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

  /** Lets a message in; call `leave` with the same `bytes` when it is stored or has failed. Throws `BROKER_BUSY`. */
  enter(bytes: number): void {
    const full =
      this.#requests >= this.#config.current.sendsInProgressMax ||
      // One message always fits, whatever its size.
      (this.#requests > 0 && this.#bytes + bytes > IN_FLIGHT_BYTES_MAX)
    if (full) throw refusals.BROKER_BUSY({ requests: this.#requests, bytes: this.#bytes })
    this.#requests++
    this.#bytes += bytes
  }

  leave(bytes: number): void {
    this.#requests--
    this.#bytes -= bytes
  }
}
