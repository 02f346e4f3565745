import type { Clock, Timer } from '@rocketeer/foundation'
import { toolkitErrors } from '../errors.js'

export interface LeaseOptions {
  readonly leaseMs: number
  readonly clock: Clock
  /** False when somebody else has the lease. */
  readonly renew: () => Promise<boolean>
}

/** How many renewals fit into a lease, so that two may fail. */
const RENEWALS = 3

/** Renews a lease until it is closed, and tells when it was lost: taken by another one, or not renewed in time. */
export class Lease {
  readonly #options: LeaseOptions
  readonly #lost = new AbortController()
  #renewedAt: number
  #timer: Timer | undefined
  #closed = false

  constructor(options: LeaseOptions) {
    this.#options = options
    this.#renewedAt = options.clock.now()
    this.#wait()
  }

  /** Aborted when the lease was lost. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  close(): void {
    this.#closed = true
    this.#timer?.cancel()
  }

  #wait(): void {
    const { clock, leaseMs } = this.#options
    this.#timer = clock.after(Math.floor(leaseMs / RENEWALS), () => void this.#renew())
  }

  async #renew(): Promise<void> {
    const { clock, leaseMs, renew } = this.#options
    const askedAt = clock.now()
    // While the store cannot be reached, the lease lasts as long as it would anyway.
    const isMine = await renew().catch(() => undefined)
    if (this.#closed) return
    if (isMine) this.#renewedAt = askedAt
    if (isMine === false || clock.now() - this.#renewedAt >= leaseMs) {
      this.#lost.abort(toolkitErrors.LEASE_LOST({ leaseMs }))
    } else this.#wait()
  }
}
