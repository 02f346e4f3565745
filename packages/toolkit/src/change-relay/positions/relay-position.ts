/** How far a relay got, as it is stored. */
export interface RelayPosition {
  /** `snapshot` while rows of one are on their way, which begins again if the relay dies meanwhile. */
  readonly phase: 'snapshot' | 'changes'
  /** All transactions that were relayed: a GTID set of MySQL, or a GTID position of MariaDB. */
  readonly gtids?: string | undefined
  /** Where reading goes on when there are no GTIDs. */
  readonly file?: string | undefined
  readonly offset?: number | undefined
  /** The server it was read from. */
  readonly server?: string | undefined
  /** The tables that were relayed. */
  readonly tables?: string | undefined
  /** See `Change.version`. */
  readonly epoch: number
  /** Transactions read in this epoch. */
  readonly transactions: number
}

/** For errors and status. */
export function describePosition({ gtids, file, offset }: Partial<RelayPosition>): string {
  if (gtids !== undefined) return `GTID ${gtids === '' ? '(none)' : gtids}`
  return file === undefined ? 'the beginning' : `${file}:${offset}`
}

/** What a relay holds when it has taken a position for itself. */
export interface PositionClaim {
  /** Undefined when no relay of this name has saved one. */
  readonly saved: RelayPosition | undefined
  /** Resolves to false, and saves nothing, when another relay has claimed the position since. */
  save(position: RelayPosition): Promise<boolean>
}

/**
 * Keeps positions of relays: `sqlPositions(database)`, `filePositions(directory)`, or one of your own. What is saved must
 * be on disk when `save` resolves.
 */
export interface PositionStore {
  /** Takes the position of the relay named `relay` from whoever held it. */
  claim(relay: string): Promise<PositionClaim>
}
