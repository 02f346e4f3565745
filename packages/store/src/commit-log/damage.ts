import type { Logger } from '@rocketeer/foundation'
import type { RecordEntry } from './record-check.js'

/** So many damaged entries are told one by one. */
const ENTRIES_MAX = 1_000

interface EntryQueue {
  readonly topic: string
  readonly queueId: number
}

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
  /** Told of already. */
  readonly #entries = new Set<string>()

  constructor(needs: DamageReportNeeds) {
    this.stretches = needs.found
    this.#needs = needs
  }

  /** Notes an entry at which the log holds another record, or damage; what the log no longer holds is none. */
  addRecord({ topic, queueId }: EntryQueue, { queueOffset, physicalOffset, recordBytes }: RecordEntry): void {
    const { log, logger } = this.#needs
    if (physicalOffset < log.minOffset || physicalOffset >= log.commitOffset) return
    if (this.stretches.some(({ start, end }) => physicalOffset >= start && physicalOffset < end)) return
    this.stretches = [...this.stretches, { start: physicalOffset, end: physicalOffset + recordBytes }]
    logger.error(
      { topic, queueId, queueOffset, physicalOffset, recordBytes },
      'the commit log holds something else than the record of this entry; it is left out',
    )
  }

  /** Notes an entry that no record of the log can have. */
  addEntry({ topic, queueId }: EntryQueue, { queueOffset, physicalOffset, recordBytes }: RecordEntry): void {
    const key = `${topic} ${queueId} ${queueOffset}`
    if (this.#entries.has(key) || this.#entries.size >= ENTRIES_MAX) return
    this.#entries.add(key)
    this.#needs.logger.error(
      { topic, queueId, queueOffset, physicalOffset, recordBytes },
      'an entry of a consume queue is damaged; it is left out',
    )
  }

  /** Forgets damage at `end` or behind it: the log was cut there. */
  forgetFrom(end: number): void {
    this.stretches = this.stretches.filter(({ start }) => start < end)
  }
}
