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
  readonly #timer: Timer
  #renewedAt: number
  #isRenewing = false

  constructor(options: LeaseOptions) {
    const { clock, leaseMs } = options
    this.#options = options
    this.#renewedAt = clock.now()
    this.#timer = clock.every(Math.floor(leaseMs / RENEWALS), () => this.#look())
  }

  /** Aborted when the lease was lost. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  close(): void {
    this.#timer.cancel()
  }

  /** A store that does not answer keeps nobody from finding out that the time is up. */
  #look(): void {
    const { clock, leaseMs } = this.#options
    if (clock.now() - this.#renewedAt >= leaseMs) this.#lose()
    else if (!this.#isRenewing) void this.#renew()
  }

  async #renew(): Promise<void> {
    this.#isRenewing = true
    const askedAt = this.#options.clock.now()
    // After a failure it lasts as long as it would anyway.
    const isMine = await this.#options.renew().catch(() => undefined)
    this.#isRenewing = false
    if (isMine) this.#renewedAt = askedAt
    if (isMine === false) this.#lose()
  }

  #lose(): void {
    this.close()
    this.#lost.abort(toolkitErrors.LEASE_LOST({ leaseMs: this.#options.leaseMs }))
  }
}
