import type { Logger } from '@rocketeer/foundation'

/** A stretch of the log that holds no readable record although the log goes on behind it. */
export interface Damage {
  start: number
  end: number
}

interface DamageReportNeeds {
  /** What the start of the store found. */
  readonly found: Damage[]
  readonly log: { readonly minOffset: number; readonly commitOffset: number }
  readonly logger: Logger
}

/** All damage known so far. */
export class DamageReport {
  stretches: readonly Damage[]
  readonly #needs: DamageReportNeeds

  constructor(needs: DamageReportNeeds) {
    this.stretches = needs.found
    this.#needs = needs
  }

  /** Notes a record that turned out to be damaged when it was read; what the log no longer holds is none. */
  add(physicalOffset: number, recordBytes: number): void {
    const { log, logger } = this.#needs
    if (physicalOffset < log.minOffset || physicalOffset >= log.commitOffset) return
    if (this.stretches.some(({ start, end }) => physicalOffset >= start && physicalOffset < end)) return
    this.stretches = [...this.stretches, { start: physicalOffset, end: physicalOffset + recordBytes }]
    logger.error({ physicalOffset, recordBytes }, 'a record in the commit log is damaged; it is left out')
  }

  /** Forgets damage at `end` or behind it: the log was cut there. */
  forgetFrom(end: number): void {
    this.stretches = this.stretches.filter(({ start }) => start < end)
  }
}
