import type { MessageToSend } from '@rocketeer/client'
import { isRocketeerError, systemClock } from '@rocketeer/foundation'
import { toolkitErrors } from '../errors.js'
import type { TransactionStart } from './binlog/transactions.js'
import { type Change, tableOf } from './changes/change.js'
import { versionOf } from './changes/version.js'
import { changesOfRow, keyColumns, keyOf, rowOf } from './changes-of-row.js'
import { changeMessage } from './formats/change-message.js'
import type { ChangeRelayConfig } from './relay-options.js'
import { OrderedSends } from './sending/ordered-sends.js'
import { Progress, type TransactionProgress } from './sending/progress.js'
import type { RowImage, TableShape, Values } from './source/binlog-events.js'

/** What a relay counts, over all its sessions. */
export interface RelayCounters {
  changes: number
  snapshotRows: number
  messages: number
}

/** How transactions are counted, for the versions of changes. */
export interface Count {
  epoch: number
  transactions: number
}

export interface ChangeSenderOptions<Position> {
  readonly config: ChangeRelayConfig
  readonly counters: RelayCounters
  /** Called with each position before which everything is stored; see `Progress`. */
  readonly onReached: (position: Position, relevant: boolean) => void
  readonly onProblem: (error: unknown, source: Record<string, string>) => void
  /** Called for what cannot be sent. */
  readonly onFailure: (error: unknown) => void
  /** Called whenever a broker has stored a change. */
  readonly onStored: () => void
}

/** Transactions under way at most, most of which may have no change to send and wait behind one that has. */
const TRANSACTIONS_MAX = 100_000

/** Makes messages of rows, sends them in order, and knows up to where all are stored. */
export class ChangeSender<Position> {
  readonly #options: ChangeSenderOptions<Position>
  readonly #progress: Progress<Position>
  readonly #sends: OrderedSends
  readonly #abort = new AbortController()
  #count: Count = { epoch: 0, transactions: 0 }
  #sequence = 0
  #start: TransactionStart | undefined
  #transaction: TransactionProgress<Position> | undefined
  #onRoom: (() => void) | undefined

  constructor(options: ChangeSenderOptions<Position>) {
    this.#options = options
    const { producer, clock } = options.config
    this.#progress = new Progress(options.onReached)
    this.#sends = new OrderedSends({
      producer,
      clock,
      signal: this.#abort.signal,
      onProblem: (error, { topic, keys = [] }) => options.onProblem(error, { topic, key: keys[0] ?? '' }),
      onHopeless: options.onFailure,
      onStored: () => {
        options.onStored()
        this.#onRoom?.()
      },
    })
  }

  /** Changes that no broker has stored. */
  get underway(): number {
    return this.#sends.underway
  }

  get count(): Count {
    return this.#count
  }

  /** Goes on counting from there. */
  countFrom({ epoch, transactions }: Count): void {
    this.#count = { epoch, transactions }
    this.#sequence = 0
  }

  /** Whether as many changes are under way as may be, or the given share of them. */
  isFull(share = 1): boolean {
    const { changesUnderwayMax } = this.#options.config
    return this.underway >= changesUnderwayMax * share || this.#progress.underway >= TRANSACTIONS_MAX * share
  }

  /** Resolves when no more than `underwayMax` changes are under way. */
  room(underwayMax: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.underway > underwayMax) return
        this.#onRoom = undefined
        resolve()
      }
      this.#onRoom = look
      look()
    })
  }

  begin(start: TransactionStart): void {
    this.#start = start
    this.#count.transactions++
    this.#sequence = 0
    this.#transaction = this.#progress.begin()
  }

  rows(rows: readonly RowImage[]): void {
    const { config, counters } = this.#options
    const { id: transaction, position } = this.#start!
    for (const row of rows) {
      const changes = changesOfRow(row, {
        keys: config.keys[tableOf(row.shape)],
        facts: { transaction, position, timestamp: row.timestamp },
        numbering: { next: () => this.#number() },
      })
      let stored: Promise<void> | undefined
      for (const change of changes)
        stored = this.#send(change, { after: stored, transaction: this.#transaction })
      counters.changes += changes.length
    }
  }

  /** The transaction is over; `position` is behind it, where that is known. */
  end(position: Position | undefined): void {
    this.#progress.ended(this.#transaction!, position)
  }

  /** Sends rows as they are now. Resolves when there is room for more. */
  async snapshot(rows: readonly Values[], shape: TableShape, timestamp: number): Promise<void> {
    const { config, counters } = this.#options
    const columns = keyColumns(shape, config.keys[tableOf(shape)], 'the snapshot')
    for (const row of rows) {
      const after = rowOf(row, shape, 'the snapshot')
      this.#send({
        database: shape.database,
        table: shape.table,
        type: 'snapshot',
        before: null,
        after,
        key: keyOf(after, columns),
        columns: shape.columns,
        ...this.#number(),
        transaction: 'snapshot',
        position: 'snapshot',
        timestamp,
      })
    }
    counters.snapshotRows += rows.length
    await this.room(config.changesUnderwayMax)
  }

  /** Gives those under way a while to be stored, and up what is not by then. */
  async close(): Promise<void> {
    const { closeTimeoutMs, name } = this.#options.config
    await new Promise<void>((resolve) => {
      const timer = systemClock.after(closeTimeoutMs, resolve)
      void this.room(0).then(() => {
        timer.cancel()
        resolve()
      })
    })
    this.#abort.abort(toolkitErrors.RELAY_CLOSED({ relay: name }))
  }

  #number(): { sequence: number; version: string } {
    const { epoch, transactions: transaction } = this.#count
    const sequence = this.#sequence++
    return { sequence, version: versionOf({ epoch, transaction, sequence }) }
  }

  /** Resolves when a broker has stored the message of the change. */
  #send(
    change: Change,
    {
      after,
      transaction,
    }: { after?: Promise<void> | undefined; transaction?: TransactionProgress<Position> | undefined } = {},
  ): Promise<void> | undefined {
    const { config, counters } = this.#options
    const sent = config.before ? change : { ...change, before: null }
    const route = config.route(sent)
    if (route === undefined) return undefined
    const made = { format: config.format, id: ++counters.messages, now: config.clock.now() }
    const { message, orderKey } = changeMessage(sent, route, made)
    if (transaction) this.#progress.sent(transaction)
    return new Promise((resolve) => {
      const onStored = () => {
        if (transaction) this.#progress.acknowledged(transaction)
        resolve()
      }
      const shorten = (error: unknown) => this.#shorten(message, sent, error)
      this.#sends.send(orderKey, { message, after, onStored, shorten })
    })
  }

  #shorten(message: MessageToSend, change: Change, error: unknown): MessageToSend | undefined {
    const { onTooLarge } = this.#options.config
    if (onTooLarge) return onTooLarge(message, change)
    const details = {
      table: tableOf(change),
      key: JSON.stringify(change.key),
      position: change.position,
      bytesMax: isRocketeerError(error, 'MESSAGE_TOO_LARGE') ? error.details.bytesMax : undefined,
    }
    throw toolkitErrors.CHANGE_TOO_LARGE(details, error)
  }
}
