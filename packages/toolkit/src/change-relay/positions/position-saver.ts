import { type Clock, Rounds } from '@rocketeer/foundation'
import { toolkitErrors } from '../../errors.js'
import type { PositionClaim, RelayPosition } from './relay-position.js'

/**
 * A position that only moved over transactions of other tables is saved this much later: a table of positions in the same
 * database makes such a transaction with each save.
 */
const IDLE_INTERVAL_MS = 30_000

export interface PositionSaverOptions {
  readonly relay: string
  readonly claim: PositionClaim
  readonly clock: Clock
  readonly intervalMs: number
  /** Called when a position could not be saved, or belongs to another relay now. */
  readonly onFailure: (error: unknown) => void
  readonly onSaved: (position: RelayPosition) => void
}

/** Saves the newest position that was reached, not each one. */
export class PositionSaver {
  readonly #options: PositionSaverOptions
  readonly #rounds: Rounds
  #reached: RelayPosition | undefined

  constructor(options: PositionSaverOptions) {
    this.#options = options
    this.#rounds = new Rounds({
      clock: options.clock,
      round: async () => {
        await this.flush()
        return Number.POSITIVE_INFINITY
      },
      onFailure: options.onFailure,
      retryAfterMs: options.intervalMs,
    })
    this.#rounds.start()
  }

  reached(position: RelayPosition, relevant: boolean): void {
    this.#reached = position
    const { clock, intervalMs } = this.#options
    this.#rounds.due(clock.now() + (relevant ? intervalMs : IDLE_INTERVAL_MS))
  }

  /** Saves what was reached. Rejects with `POSITION_TAKEN`, or with the error of the store. */
  async flush(): Promise<void> {
    const position = this.#reached
    if (position === undefined) return
    this.#reached = undefined
    const { claim, relay, onSaved } = this.#options
    if (!(await claim.save(position))) throw toolkitErrors.POSITION_TAKEN({ relay })
    onSaved(position)
  }

  async close(): Promise<void> {
    await this.#rounds.close()
  }
}
