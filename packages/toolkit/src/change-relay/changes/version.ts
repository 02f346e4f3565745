/**
 * Versions count transactions instead of naming a place in the binlog: places of two servers, or from before and after
 * RESET MASTER, cannot be compared. The epoch grows with each snapshot and whenever the count might not be the same for
 * the same transaction: another server, other tables.
 */
export interface VersionParts {
  epoch: number
  /** The transaction's number in the epoch, from 1; 0 for rows of a snapshot. */
  transaction: number
  /** The change's number in the transaction. */
  sequence: number
}

const WIDTHS = { epoch: 8, transaction: 15, sequence: 10 }

/** Of equal length for all, so that databases compare them as text. */
export function versionOf({ epoch, transaction, sequence }: VersionParts): string {
  return [
    String(epoch).padStart(WIDTHS.epoch, '0'),
    String(transaction).padStart(WIDTHS.transaction, '0'),
    String(sequence).padStart(WIDTHS.sequence, '0'),
  ].join('.')
}

/** Older than every version of the same epoch, and newer than those of all epochs before it. */
export function epochOf(version: string): string {
  return version.slice(0, WIDTHS.epoch)
}
