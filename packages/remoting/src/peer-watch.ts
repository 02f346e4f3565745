import { isRocketeerError } from '@rocketeer/foundation'
import { remotingErrors } from './errors.js'
import type { RemotingLimits } from './limits.js'
import type { PendingRequests } from './pending-requests.js'
import type { SendBuffer } from './send-buffer.js'

interface PeerWatchNeeds {
  readonly address: string
  readonly limits: RemotingLimits
  readonly sendBuffer: SendBuffer
  readonly pending: PendingRequests
  /** Asks the peer for something it answers at once; rejects with `REQUEST_TIMEOUT` after `timeoutMs`. */
  readonly probe: ((timeoutMs: number) => Promise<unknown>) | undefined
  /** Closes the connection. */
  readonly close: (reason: Error) => void
}

/**
 * Judges whether the peer of a connection is still there. A machine that lost its power, or a firewall that forgot the
 * connection, closes nothing: the peer is silent, and the kernel goes on accepting bytes for it for a quarter of an hour.
 *
 * | the peer                                              | after             | the connection                |
 * | ----------------------------------------------------- | ----------------- | ----------------------------- |
 * | does not read what waits for it                       | `writeStallMs`    | is closed                     |
 * | sends no whole frame                                  | `idleTimeoutMs`   | is closed                     |
 * | has sent nothing since a request that timed out       | at once           | is probed                     |
 * | has sent nothing while a request waits for its answer | `probeAfterMs`    | is probed                     |
 * | has sent nothing since the probe                      | `probeTimeoutMs`  | is closed                     |
 *
 * Only a client probes, where it was given a probe. Any bytes are a sign of life: a peer that is slow with one answer,
 * and a caller whose own timeout is short, break no connection.
 */
export class PeerWatch {
  readonly #needs: PeerWatchNeeds
  /** Counts arrivals of bytes: reading the clock for each would cost a message more. */
  #arrivals = 0
  #arrivalsAtCheck = 0
  #checkedAt = performance.now()
  /** Bytes last arrived at this time (`performance.now()`) or up to a check later. */
  #heardAt = performance.now()
  #frameSinceCheck = true
  #idleSince = 0
  #probing = false

  constructor(needs: PeerWatchNeeds) {
    this.#needs = needs
  }

  /** Bytes have arrived. */
  heard(): void {
    this.#arrivals = (this.#arrivals + 1) & 0x3fffffff
  }

  /** A whole frame has arrived. */
  frameCame(): void {
    this.#frameSinceCheck = true
  }

  /** A request that was sent at `sentAt` has timed out. One probe too many does no harm. */
  timedOut(sentAt: number): void {
    if (this.#heardAt < sentAt) this.#probe()
  }

  /** Closes the connection if its peer is idle or stalled, and probes a silent one; called regularly. */
  check(now: number): void {
    if (this.#arrivals !== this.#arrivalsAtCheck) this.#heardAt = this.#checkedAt
    this.#arrivalsAtCheck = this.#arrivals
    this.#checkedAt = now
    const failure = this.#failureAt(now)
    this.#frameSinceCheck = false
    if (failure) {
      this.#needs.close(failure)
      return
    }
    const { pending, limits } = this.#needs
    const askedAt = pending.oldestSentAt
    if (askedAt !== undefined && now - Math.max(askedAt, this.#heardAt) > limits.probeAfterMs) this.#probe()
  }

  #failureAt(now: number): Error | undefined {
    const { address, limits, sendBuffer } = this.#needs
    const { idleTimeoutMs, writeStallMs } = limits
    const { waitingSince, bytes } = sendBuffer
    if (waitingSince !== undefined && now - waitingSince > writeStallMs) {
      return remotingErrors.WRITE_STALLED({ address, bytes, writeStallMs })
    }
    // A peer that is still reading a long answer is not idle. That the kernel took bytes says nothing about the peer.
    if (this.#frameSinceCheck || waitingSince !== undefined) this.#idleSince = now
    return now - this.#idleSince > idleTimeoutMs
      ? remotingErrors.CONNECTION_IDLE({ address, idleTimeoutMs })
      : undefined
  }

  #probe(): void {
    const { probe, limits } = this.#needs
    if (probe === undefined || this.#probing) return
    this.#probing = true
    const { probeTimeoutMs } = limits
    const arrivals = this.#arrivals
    probe(probeTimeoutMs)
      .catch((error: unknown) => {
        // Without an answer, but other bytes may have come.
        if (isRocketeerError(error, 'REQUEST_TIMEOUT') && this.#arrivals === arrivals) this.#giveUp()
      })
      .finally(() => {
        this.#probing = false
      })
  }

  #giveUp(): void {
    const { address, close } = this.#needs
    close(
      remotingErrors.CONNECTION_SILENT({ address, silentMs: Math.round(performance.now() - this.#heardAt) }),
    )
  }
}
