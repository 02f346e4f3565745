import { toolkitErrors } from '../errors.js'
import { BinlogReading, type ReadingPosition } from './binlog/reading.js'
import type { Statement } from './binlog/statement.js'
import type { TransactionSink, TransactionStart } from './binlog/transactions.js'
import { ChangeSender, type Count, type RelayCounters } from './change-sender.js'
import { PositionSaver } from './positions/position-saver.js'
import { describePosition, type PositionClaim, type RelayPosition } from './positions/relay-position.js'
import type { ChangeRelayConfig } from './relay-options.js'
import { currentPosition, readSnapshot } from './snapshot.js'
import type { BinlogEvent, RowImage, StatementEvent } from './source/binlog-events.js'
import type { SqlConnection } from './source/change-source.js'
import type { ServerFacts } from './source/server-facts.js'
import { checkStatement } from './table-statements.js'

export interface RelaySessionOptions {
  readonly config: ChangeRelayConfig
  /** Holds the lock of the relay; used for the snapshot, too. */
  readonly connection: SqlConnection
  readonly facts: ServerFacts
  readonly serverId: number
  readonly claim: PositionClaim
  readonly counters: RelayCounters
  /** Takes a snapshot first, whatever is saved. */
  readonly snapshotWanted: boolean
  readonly signal: AbortSignal
  readonly onState: (state: 'snapshot' | 'relaying') => void
  readonly onProblem: (error: unknown, source: Record<string, string>) => void
  readonly onPosition: (position: RelayPosition) => void
}

/** The time in which a relay leads: from the position it has claimed until something fails. */
export class RelaySession implements TransactionSink {
  readonly #options: RelaySessionOptions
  readonly #tables: string
  readonly #saver: PositionSaver
  readonly #sender: ChangeSender<RelayPosition>
  /** Never resolves. */
  readonly #failed: Promise<never>
  #fail!: (error: unknown) => void
  #reading: BinlogReading | undefined
  /** Behind the last transaction that was read. */
  #readTo: ReadingPosition = {}
  /** Of the last event, in milliseconds since the epoch, and how late it was read. */
  #lastTimestamp = 0
  #behindMs = 0
  #isClosing = false

  constructor(options: RelaySessionOptions) {
    this.#options = options
    const { config, claim, counters, onPosition, onProblem, signal } = options
    this.#tables = [...config.tables].sort().join(' ')
    this.#failed = new Promise((_, reject) => {
      this.#fail = reject
    })
    // `run` may not wait for it yet.
    this.#failed.catch(() => {})
    const onFailure = (error: unknown) => this.#fail(error)
    this.#saver = new PositionSaver({
      relay: config.name,
      claim,
      clock: config.clock,
      intervalMs: config.saveIntervalMs,
      onFailure,
      onSaved: onPosition,
    })
    this.#sender = new ChangeSender({
      config,
      counters,
      onReached: (position, relevant) => this.#saver.reached(position, relevant),
      onProblem,
      onFailure,
      onStored: () => {
        if (!this.#sender.isFull(0.5)) this.#reading?.resume()
      },
    })
    signal.addEventListener('abort', () => this.#fail(signal.reason), { once: true })
  }

  /** How late changes are sent. */
  get behindSeconds(): number {
    const waitingMs = this.changesUnderway > 0 ? this.#options.config.clock.now() - this.#lastTimestamp : 0
    return Math.max(0, Math.floor(Math.max(waitingMs, this.#behindMs) / 1000))
  }

  get changesUnderway(): number {
    return this.#sender.underway
  }

  /** Relays until something fails, with which it rejects. */
  async run(): Promise<never> {
    try {
      return await Promise.race([this.#failed, this.#relay()])
    } finally {
      await this.#close()
    }
  }

  async #relay(): Promise<never> {
    const { claim, snapshotWanted, config, connection, facts } = this.#options
    const { saved } = claim
    if (snapshotWanted || (saved?.phase ?? config.startWith) === 'snapshot')
      await this.#snapshot((saved?.epoch ?? 0) + 1)
    else if (saved) await this.#enter(saved, this.#countAfter(saved))
    else await this.#enter(await currentPosition(connection, facts), { epoch: 1, transactions: 0 })
    this.#read()
    return this.#failed
  }

  /** Goes on as before, unless the same transactions might be counted otherwise now. */
  #countAfter(saved: RelayPosition): Count {
    const { identity } = this.#options.facts
    if (saved.server !== identity && saved.gtids === undefined)
      throw toolkitErrors.BINLOG_PURGED({
        position: describePosition(saved),
        reason: `that was a place in the binlog of ${saved.server}, and this is ${identity}, without GTIDs`,
      })
    if (saved.server === identity && saved.tables === this.#tables) return saved
    return { epoch: saved.epoch + 1, transactions: 0 }
  }

  /** Makes a position the one to begin from, durably: versions of changes must not depend on what was never saved. */
  async #enter(
    from: ReadingPosition,
    count: Count,
    phase: RelayPosition['phase'] = 'changes',
  ): Promise<void> {
    this.#sender.countFrom(count)
    this.#readTo = { gtids: from.gtids, file: from.file, offset: from.offset }
    this.#saver.reached(this.#positionOf(this.#readTo, phase), true)
    await this.#saver.flush()
  }

  async #snapshot(epoch: number): Promise<void> {
    const { config, connection, facts, onState } = this.#options
    onState('snapshot')
    await this.#enter({}, { epoch, transactions: 0 }, 'snapshot')
    const startedAt = config.clock.now()
    const position = await readSnapshot({
      connection,
      facts,
      tables: config.tables,
      keys: config.keys,
      rowsMax: config.snapshotRows,
      onRows: (rows, shape) =>
        this.#isClosing ? this.#failed : this.#sender.snapshot(rows, shape, startedAt),
    })
    await this.#sender.room(0)
    await this.#enter(position, { epoch, transactions: 0 })
  }

  #read(committed?: string): void {
    const { config, serverId } = this.#options
    this.#reading = new BinlogReading({
      source: config.source,
      serverId,
      from: this.#readTo,
      tables: config.tables,
      silenceMsMax: config.silenceMsMax,
      rowsMax: config.transactionRowsMax,
      bytesMax: config.transactionBytesMax,
      committed,
      sink: this,
      onFailure: (error) => this.#fail(error),
      onEvent: (event) => this.#seen(event),
    })
  }

  #seen(event: BinlogEvent): void {
    const name = event.getTypeName()
    // The first event of a file: the server has not refused to send it.
    if (name === 'Format') this.#options.onState('relaying')
    if (event.timestamp > 0) {
      this.#lastTimestamp = event.timestamp
      this.#behindMs = this.#options.config.clock.now() - event.timestamp
    }
    // Sent when there is nothing else to send.
    if (name === 'Heartbeat') this.#behindMs = 0
  }

  begin(start: TransactionStart): void {
    this.#sender.begin(start)
  }

  rows(rows: readonly RowImage[]): void {
    this.#sender.rows(rows)
    if (this.#sender.isFull()) this.#reading?.pause()
  }

  end(offset: number): void {
    const position = this.#reading?.positionAt(offset)
    if (position) this.#readTo = position
    this.#sender.end(position && this.#positionOf(position))
    if (this.#sender.isFull()) this.#reading?.pause()
  }

  statement(statement: Statement, event: StatementEvent): void {
    const position = describePosition(this.#readTo)
    checkStatement(statement, event, { rules: this.#options.config, position })
  }

  tooLong({ id }: TransactionStart): void {
    const reading = this.#reading
    this.#reading = undefined
    // From behind the transaction before it: now that its commit was seen, its rows can go out as they come.
    void reading?.close().then(() => {
      if (!this.#isClosing) this.#read(id)
    })
  }

  #positionOf(position: ReadingPosition, phase: RelayPosition['phase'] = 'changes'): RelayPosition {
    const server = this.#options.facts.identity
    return { phase, ...position, server, tables: this.#tables, ...this.#sender.count }
  }

  async #close(): Promise<void> {
    this.#isClosing = true
    await this.#reading?.close()
    await this.#sender.close()
    await this.#saver.close()
    // What was stored is worth saving, and nothing is lost when that fails: it is sent again.
    await this.#saver.flush().catch((error: unknown) => this.#options.onProblem(error, {}))
  }
}
