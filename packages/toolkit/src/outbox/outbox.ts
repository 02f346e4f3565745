import type { MessageToSend } from '@rocketeer/client'
import { type Clock, option, parseOptions, systemClock, z } from '@rocketeer/foundation'
import { createTables } from '../sql/create-tables.js'
import { givenTable } from '../sql/given-table.js'
import { withOwnTables } from '../sql/own-tables.js'
import type { SqlDatabase } from '../sql/sql-database.js'
import { type OutboxProducer, OutboxRelay, type OutboxRelayOptions } from './outbox-relay.js'
import { OutboxRows, type OutboxStatus, type SetAsideRow } from './outbox-rows.js'
import { storedMessage } from './stored-message.js'
import { tableDefinitions } from './tables.js'

/** What `new Outbox` takes besides the database. */
export interface OutboxOptions {
  /** The table, `'outbox'`; `schema.table` is possible. A second table, `<table>_leases`, divides the work among relays. */
  table?: string | undefined
  /** The clock from which delays count, the system's. */
  clock?: Clock | undefined
}

/** What `outbox.add` takes besides the message. */
export interface OutboxSendOptions {
  /**
   * Messages of one topic and key are sent one after the other, to one queue, in the order in which their transactions
   * commit, as long as those exclude one another: both change the order's row, when the key is the order.
   */
  orderKey?: string | undefined
}

const schema = z.strictObject({
  table: option.text().default('outbox'),
  clock: option.clock().default(systemClock),
}) satisfies z.ZodType<unknown, OutboxOptions>

const sendSchema = z.strictObject({ orderKey: z.string().optional() }) satisfies z.ZodType<
  unknown,
  OutboxSendOptions
>

const ROWS_MAX = 10_000

/**
 * A transactional outbox: what a program wants to send, it inserts in the transaction of its business, and a relay sends
 * it afterwards. So the message exists exactly when the business change does, whether or not any broker can be reached.
 */
export class Outbox<Transaction> {
  readonly table: string
  readonly #database: SqlDatabase<Transaction>
  readonly #clock: Clock
  readonly #rows: OutboxRows<Transaction>

  /** Throws `OPTION_INVALID`. */
  constructor(database: SqlDatabase<Transaction>, options: OutboxOptions = {}) {
    const { table, clock } = parseOptions(schema, options, 'Outbox')
    this.#database = withOwnTables(database, 'Outbox')
    const { dialect } = database
    this.table = givenTable(table, { dialect, piece: 'Outbox', ending: '_waiting' })
    this.#clock = clock
    this.#rows = new OutboxRows(this.#database, table)
  }

  /** The statements that make its tables, for a migration of your own; `createTables` runs them. */
  get tableDefinitions(): readonly string[] {
    return tableDefinitions(this.#database.dialect, this.table)
  }

  /** Makes its tables where they are missing. Rejects with the database's error. */
  createTables(): Promise<void> {
    return createTables(this.#database, this.tableDefinitions)
  }

  /**
   * Notes a message in the transaction, and resolves to its unique id. It is sent once the transaction has committed, and
   * never if that rolls back. `deliverAfterMs` counts from now. Rejects with `MESSAGE_INVALID`, `MESSAGE_TOO_LARGE` or
   * `TOPIC_INVALID` for a message that cannot be sent, or with the database's error.
   */
  async add(
    transaction: Transaction,
    message: MessageToSend,
    options: OutboxSendOptions = {},
  ): Promise<string> {
    const { orderKey } = parseOptions(sendSchema, options, 'outbox.add')
    const now = this.#clock.now()
    const stored = storedMessage(message, orderKey, now)
    await this.#rows.insert(transaction, stored, now)
    return stored.messageId
  }

  /**
   * Sends what is in the outbox until the relay is closed; several, in any number of processes, divide the work. The
   * producer may be the double writer of a migration. Throws `OPTION_INVALID`.
   */
  relay(producer: OutboxProducer, options: OutboxRelayOptions = {}): OutboxRelay {
    return new OutboxRelay(
      { database: this.#database, table: this.table, rows: this.#rows, producer },
      options,
    )
  }

  /** Counts what is in the outbox; with a million rows that takes a database a moment. */
  status(): Promise<OutboxStatus> {
    return this.#rows.status()
  }

  /** Messages that no broker will take, the oldest first, up to `max`, 100. */
  setAside(max = 100): Promise<SetAsideRow[]> {
    const rowsMax = parseOptions(z.int().positive().max(ROWS_MAX), max, 'outbox.setAside')
    return this.#rows.listSetAside(rowsMax)
  }

  /** Has a message that was set aside sent again, once its cause is gone; false when it is not there. */
  retrySetAside(id: number): Promise<boolean> {
    return this.#rows.retrySetAside(id)
  }

  /** Removes a message that was set aside; false when it is not there. */
  removeSetAside(id: number): Promise<boolean> {
    return this.#rows.removeSetAside(id)
  }
}
