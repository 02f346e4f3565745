import type { Client } from '@rocketeer/client'
import { option, parseOptions, z } from '@rocketeer/foundation'
import { givenClient } from '../given.js'
import { createTables } from '../sql/create-tables.js'
import { givenTable } from '../sql/given-table.js'
import { withOwnTables } from '../sql/own-tables.js'
import type { SqlDatabase } from '../sql/sql-database.js'
import { TransactionRows, transactionTable } from './transaction-rows.js'
import {
  TransactionTableProducer,
  type TransactionTableProducerOptions,
} from './transaction-table-producer.js'

/** What `new TransactionTable` takes besides the database. */
export interface TransactionTableOptions {
  /** The table, `'message_transactions'`; `schema.table` is possible. */
  table?: string | undefined
}

const schema = z.strictObject({
  table: option.text().default('message_transactions'),
}) satisfies z.ZodType<unknown, TransactionTableOptions>

/**
 * A table of the business database in which each transaction that sends a message leaves the message's id. It answers the
 * broker that asks what became of one, whichever process sent it.
 */
export class TransactionTable<Transaction> {
  readonly table: string
  readonly #database: SqlDatabase<Transaction>

  /** Throws `OPTION_INVALID`. */
  constructor(database: SqlDatabase<Transaction>, options: TransactionTableOptions = {}) {
    const { table } = parseOptions(schema, options, 'TransactionTable')
    this.#database = withOwnTables(database, 'TransactionTable')
    const { dialect } = database
    this.table = givenTable(table, { dialect, piece: 'TransactionTable', ending: '_created' })
  }

  /** The statements that make the table, for a migration of your own; `createTables` runs them. */
  get tableDefinitions(): readonly string[] {
    return transactionTable(this.#database.dialect, this.table)
  }

  /** Makes the table where it is missing. Rejects with the database's error. */
  createTables(): Promise<void> {
    return createTables(this.#database, this.tableDefinitions)
  }

  /** Makes a producer of transactions. Throws `OPTION_INVALID`, `GROUP_INVALID`, `GROUP_IN_USE` or `CLOSED`. */
  producer(client: Client, options: TransactionTableProducerOptions): TransactionTableProducer<Transaction> {
    const given = givenClient(client, 'transactions.producer')
    return new TransactionTableProducer(new TransactionRows(this.#database, this.table), given, options)
  }
}
