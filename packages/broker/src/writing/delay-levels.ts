import { parseDelayLevels } from '@rocketeer/protocol'

/** The delays of levels 1, 2, …, as `delayLevels` lists them. */
export class DelayLevels {
  /** In milliseconds; the first is level 1. */
  readonly delaysMs: readonly number[]

  /** Throws `DELAY_LEVELS_MALFORMED`. */
  constructor(text: string) {
    this.delaysMs = parseDelayLevels(text)
  }

  get max(): number {
    return this.delaysMs.length
  }

  /** A level above the last one counts as the last one. */
  clamp(level: number): number {
    return Math.min(level, this.max)
  }

  delayMs(level: number): number {
    return this.delaysMs[this.clamp(level) - 1] ?? 0
  }
}
