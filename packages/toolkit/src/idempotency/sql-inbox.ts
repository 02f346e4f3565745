import { option, parseOptions, z } from '@rocketeer/foundation'
import { isChosenByHandler } from '../chosen-by-handler.js'
import { toolkitErrors } from '../errors.js'
import { createTables } from '../sql/create-tables.js'
import { databaseTime } from '../sql/database-time.js'
import { type DeletedRows, deleteOldRows } from '../sql/delete-old-rows.js'
import { givenTable } from '../sql/given-table.js'
import { withOwnTables } from '../sql/own-tables.js'
import type { SqlDatabase, SqlParameter } from '../sql/sql-database.js'
import { isConflict } from '../sql/sql-errors.js'
import { textForColumn } from '../sql/text-column.js'
import type { EffectCall, EffectOutcome, IdempotencyEntry, IdempotencyStore } from './idempotency-store.js'
import { InboxCleaner, type InboxCleanerOptions } from './inbox-cleaner.js'
import { type InboxStatements, inboxStatements } from './inbox-statements.js'

/** What `sqlInbox` can be told. */
export interface SqlInboxOptions {
  /** The table, `'idempotency_inbox'`; `schema.table` is possible. */
  table?: string | undefined
}

const schema = z.strictObject({ table: option.text().default('idempotency_inbox') }) satisfies z.ZodType<
  unknown,
  SqlInboxOptions
>

/** How often an effect is tried whose transaction the database gave up for another one, within one delivery. */
const ATTEMPTS_MAX = 3
const SHOWN_CHARACTERS_MAX = 255
const ID_CHARACTERS_MAX = 64

/**
 * Keeps in a table of the consumer's own database which effects are done: the row and the effect commit together, so there
 * is no moment in which only one of them is true, whatever dies. Throws `OPTION_INVALID`.
 */
export function sqlInbox<Transaction>(
  database: SqlDatabase<Transaction>,
  options: SqlInboxOptions = {},
): SqlInbox<Transaction> {
  const own = withOwnTables(database, 'sqlInbox')
  const { dialect } = own
  const { table } = parseOptions(schema, options, 'sqlInbox')
  return new SqlInbox(own, givenTable(table, { dialect, piece: 'sqlInbox', ending: '_handled_at' }))
}

/** A table of effects that are done; `sqlInbox` makes it. */
export class SqlInbox<Transaction> implements IdempotencyStore<Transaction> {
  readonly #database: SqlDatabase<Transaction>
  readonly #table: string
  readonly #statements: InboxStatements

  /** @internal */
  constructor(database: SqlDatabase<Transaction>, table: string) {
    this.#database = database
    this.#table = table
    this.#statements = inboxStatements(database.dialect, table)
  }

  /** The statements that make the table, for a migration of your own; `createTables` runs them. */
  get tableDefinitions(): readonly string[] {
    return this.#statements.tableDefinitions
  }

  /** Makes the table where it is missing. Rejects with the database's error. */
  createTables(): Promise<void> {
    return createTables(this.#database, this.tableDefinitions)
  }

  /** Starts to delete rows that are older than any message that can still come; see `InboxCleaner`. */
  cleaner(options: InboxCleanerOptions = {}): InboxCleaner {
    return new InboxCleaner(this.#table, options, (keepMs) => this.#clean(keepMs))
  }

  async once(
    entries: readonly IdempotencyEntry[],
    effect: (
      fresh: readonly IdempotencyEntry[],
      transaction: Transaction,
      signal: AbortSignal,
    ) => Promise<void>,
    { signal }: EffectCall,
  ): Promise<readonly EffectOutcome[]> {
    for (let attempt = 1; ; attempt++) {
      let began = false
      try {
        return await this.#database.transaction(async (transaction) => {
          const fresh = await this.#insert(transaction, entries)
          began = true
          const handled = entries.filter((entry) => fresh.has(entry))
          if (handled.length > 0) await effect(handled, transaction, signal)
          return entries.map((entry) => (fresh.has(entry) ? 'handled' : 'skipped'))
        })
      } catch (error) {
        // The cause of what a handler chose may be a conflict.
        if (isChosenByHandler(error) || !isConflict(error)) throw error
        if (!began) throw toolkitErrors.KEY_IN_PROGRESS({ key: entries[0]!.key }, error)
        if (attempt === ATTEMPTS_MAX) throw error
      }
    }
  }

  /** Enters what is not there yet. In the order of ids, so that two batches wait for each other in one direction only. */
  async #insert(
    transaction: Transaction,
    entries: readonly IdempotencyEntry[],
  ): Promise<Set<IdempotencyEntry>> {
    const fresh = new Set(entries.filter(({ id }) => id === undefined))
    const known = entries.filter(({ id }) => id !== undefined)
    known.sort((one, other) => one.id!.compare(other.id!))
    for (const entry of known) if (await this.#enter(transaction, entry)) fresh.add(entry)
    return fresh
  }

  async #enter(transaction: Transaction, { id, scope, key, message }: IdempotencyEntry): Promise<boolean> {
    const values: SqlParameter[] = [
      id!,
      textForColumn(scope, SHOWN_CHARACTERS_MAX),
      textForColumn(key, SHOWN_CHARACTERS_MAX),
      textForColumn(message.messageId, ID_CHARACTERS_MAX),
    ]
    const isPostgres = this.#database.dialect === 'postgres'
    if (isPostgres) values.push(id!.readUIntBE(0, 6))
    const { affectedRows } = await this.#run(transaction, this.#statements.insert, values)
    if (affectedRows > 0) return true
    // The others wait for a row whose transaction is open; PostgreSQL shows none.
    if (isPostgres && !(await this.#isThere(transaction, id!))) throw toolkitErrors.KEY_IN_PROGRESS({ key })
    return false
  }

  async #isThere(transaction: Transaction, id: Buffer): Promise<boolean> {
    return (await this.#run(transaction, this.#statements.find, [id])).rows.length > 0
  }

  #clean(keepMs: number): Promise<DeletedRows> {
    const before = `${databaseTime[this.#database.dialect]} - ?`
    const old = { table: this.#table, column: 'handled_at', before, values: [keepMs] }
    return deleteOldRows(this.#database, old)
  }

  #run(transaction: Transaction, sql: string, values: readonly SqlParameter[]) {
    return this.#database.execute(transaction, sql, values)
  }
}
