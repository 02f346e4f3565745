/** How a journal is at one moment. */
export interface JournalStatus {
  /**
   * `opening`: it is being read. `empty`: everything goes to brokers. `waiting`: no broker takes messages, everything goes
   * into the journal. `delivering`: brokers take messages; what has to stay behind others of its order goes into the
   * journal. `failed`: it cannot be used, which each send says. `closed`.
   */
  readonly state: 'opening' | 'empty' | 'waiting' | 'delivering' | 'failed' | 'closed'
  readonly directory: string
  /** Messages that wait to be delivered. */
  readonly messages: number
  /** When the oldest of them came into the journal, in milliseconds since the epoch. */
  readonly oldestAt: number | undefined
  /** Bytes of all its files, and how many it may have. */
  readonly bytes: number
  readonly bytesMax: number
  /** How many sends were set aside because brokers refuse them; a batch is one. */
  readonly setAside: number
  /** Bytes that were found to be no messages when it was opened. */
  readonly damagedBytes: number
}
