import { databaseTime } from '../sql/database-time.js'
import { executeAlone } from '../sql/execute-alone.js'
import { quotedTable } from '../sql/identifiers.js'
import { numberIn, type SqlDatabase, type SqlDialect } from '../sql/sql-database.js'
import { definitionsOf } from '../sql/table-definition.js'

/** The statements that make a table of leases. */
export function leaseTable(dialect: SqlDialect, table: string): string[] {
  return definitionsOf(dialect, {
    table,
    columns: [
      'name VARCHAR(64) NOT NULL PRIMARY KEY',
      'owner VARCHAR(64) NOT NULL',
      'leased_until BIGINT NOT NULL',
    ],
  })
}

export interface LeasesOptions<Transaction> {
  readonly database: SqlDatabase<Transaction>
  readonly table: string
  /** Who leases, up to 50 characters; unique among all processes. */
  readonly owner: string
  /** How long a lease lasts that is not renewed. */
  readonly leaseMs: number
}

/** Begins the name of the row by which the others know that a process is there. */
const MEMBER = 'member '

interface Leased {
  readonly members: number
  /** Slots of this process. */
  readonly own: number[]
  /** Slots of nobody. */
  readonly free: number[]
  /** Rows of processes that are gone. */
  readonly gone: string[]
}

/**
 * Divides numbered slots among the processes that ask for some, each slot to one of them at a time. A process has a row
 * of its own, so that all know how many there are, and one for each slot it leases.
 */
export class Leases<Transaction> {
  readonly #options: LeasesOptions<Transaction>
  readonly #now: string
  readonly #table: string

  constructor(options: LeasesOptions<Transaction>) {
    const { dialect } = options.database
    this.#options = options
    this.#now = databaseTime[dialect]
    this.#table = quotedTable(dialect, options.table)
  }

  /**
   * Renews the leases of this process, gives back what exceeds its share, and takes free slots up to it. Resolves to its
   * slots. A process that joins gets its share once the others have renewed theirs.
   */
  async divide(slots: number): Promise<number[]> {
    const { owner, leaseMs } = this.#options
    // What has expired may be another's by now: only what is still valid is renewed.
    await this.#run(
      `UPDATE ${this.#table} SET leased_until = ${this.#now} + ? WHERE owner = ? AND leased_until > ${this.#now}`,
      [leaseMs, owner],
    )
    await this.#take(MEMBER + owner)
    const { members, own, free, gone } = await this.#look(slots)
    const share = Math.ceil(slots / members)
    for (const name of [...gone, ...own.splice(share).map(String)]) await this.#release(name)
    for (const slot of free) {
      if (own.length >= share) break
      if (await this.#take(String(slot))) own.push(slot)
    }
    return own
  }

  /** Gives everything back, so that the others need not wait until it expires. */
  async releaseAll(): Promise<void> {
    await this.#run(`DELETE FROM ${this.#table} WHERE owner = ?`, [this.#options.owner])
  }

  async #look(slots: number): Promise<Leased> {
    const { rows } = await this.#run(
      `SELECT name, owner, leased_until - ${this.#now} AS left_ms FROM ${this.#table}`,
    )
    const owners = new Map<string, unknown>()
    const gone: string[] = []
    let members = 0
    for (const row of rows) {
      const name = String(row.name)
      const isMember = name.startsWith(MEMBER)
      if (numberIn(row, 'left_ms') > 0) {
        owners.set(name, row.owner)
        if (isMember) members++
      } else if (isMember) gone.push(name)
    }
    const all = Array.from({ length: slots }, (_, slot) => slot)
    return {
      members: Math.max(1, members),
      own: all.filter((slot) => owners.get(String(slot)) === this.#options.owner),
      free: all.filter((slot) => !owners.has(String(slot))),
      gone,
    }
  }

  /** False when somebody else has it. */
  async #take(name: string): Promise<boolean> {
    const { owner, leaseMs, database } = this.#options
    const taken = await this.#run(
      `UPDATE ${this.#table} SET leased_until = ${this.#now} + ?, owner = ? ` +
        `WHERE name = ? AND (owner = ? OR leased_until <= ${this.#now})`,
      [leaseMs, owner, name, owner],
    )
    if (taken.affectedRows > 0) return true
    // Nothing is inserted where the name is there already.
    const row = `INTO ${this.#table} (name, owner, leased_until) VALUES (?, ?, ${this.#now} + ?)`
    const insert =
      database.dialect === 'mysql' ? `INSERT IGNORE ${row}` : `INSERT ${row} ON CONFLICT (name) DO NOTHING`
    return (await this.#run(insert, [name, owner, leaseMs])).affectedRows > 0
  }

  /** Another process may have taken a row that had expired. */
  async #release(name: string): Promise<void> {
    await this.#run(
      `DELETE FROM ${this.#table} WHERE name = ? AND (owner = ? OR leased_until <= ${this.#now})`,
      [name, this.#options.owner],
    )
  }

  #run(sql: string, values: readonly (string | number)[] = []) {
    return executeAlone(this.#options.database, sql, values)
  }
}
