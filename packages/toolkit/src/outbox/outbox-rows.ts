import { executeAlone } from '../sql/execute-alone.js'
import { quotedTable } from '../sql/identifiers.js'
import { numberIn, type SqlDatabase, type SqlParameter, type SqlRow } from '../sql/sql-database.js'
import { textForColumn } from '../sql/text-column.js'
import { type StoredMessage, type WaitingRow, waitingRow } from './stored-message.js'
import { State } from './tables.js'

const REASON_CHARACTERS_MAX = 1_000

/** What waits in an outbox. */
export interface OutboxStatus {
  /** Messages that are not sent yet. */
  readonly waiting: number
  /** When the oldest of them was added, in milliseconds since the epoch; undefined when there is none. */
  readonly oldestAt: number | undefined
  /** Messages that no broker will take, kept for a person. */
  readonly setAside: number
}

/** A message that no broker will take, and why. */
export interface SetAsideRow extends WaitingRow {
  readonly reason: string
}

/** Whose rows a relay asks for. */
export interface RowsWanted {
  readonly slots: readonly number[]
  /** About as many rows as this. */
  readonly rowsMax: number
  /** Topics whose rows stay where they are. */
  readonly exceptTopics: readonly string[]
}

/** What waits first. */
export interface NextRows {
  readonly rows: readonly WaitingRow[]
  /** False when these are all. */
  readonly mayBeMore: boolean
}

/** So many slots alone make a look as large as it may be. */
const SLOTS_TO_FILL = 4

/** The table of an outbox: what is written into it and read from it. */
export class OutboxRows<Transaction> {
  readonly #database: SqlDatabase<Transaction>
  readonly #table: string

  constructor(database: SqlDatabase<Transaction>, table: string) {
    this.#database = database
    this.#table = quotedTable(database.dialect, table)
  }

  /** In the transaction of the business. */
  async insert(transaction: Transaction, stored: StoredMessage, createdAt: number): Promise<void> {
    const { slot, topic, message, body } = stored
    const sql = `INSERT INTO ${this.#table} (slot, created_at, topic, message, body) VALUES (?, ?, ?, ?, ?)`
    await this.#database.execute(transaction, sql, [slot, createdAt, topic, message, body])
  }

  /**
   * The rows to send next, in the order in which they were inserted. There is no position from which the next look
   * begins: a transaction that commits late has a row with a low id, which a look behind that id would pass over.
   */
  async next({ slots, rowsMax, exceptTopics }: RowsWanted): Promise<NextRows> {
    if (slots.length === 0) return { rows: [], mayBeMore: false }
    const except =
      exceptTopics.length > 0 ? ` AND topic NOT IN (${exceptTopics.map(() => '?').join(', ')})` : ''
    // A share each would be few rows at a time where few keys, and so few slots, have all of them.
    const limit = Math.ceil(rowsMax / Math.min(slots.length, SLOTS_TO_FILL))
    // A part for each slot: each reads its own end of the index, where one query for all would sort every waiting row. They
    // find ids alone: MariaDB writes what parts with texts and bytes have found into files before it joins them.
    const parts = slots.map(
      (slot) =>
        `SELECT id FROM (SELECT id FROM ${this.#table} ` +
        `WHERE state = ${State.WAITING} AND slot = ${slot}${except} ORDER BY id LIMIT ${limit}) AS slot_${slot}`,
    )
    const { rows } = await this.#run(
      `SELECT found.id, topic, message, body FROM (${parts.join(' UNION ALL ')} ORDER BY id LIMIT ${rowsMax}) AS found ` +
        `JOIN ${this.#table} AS kept ON kept.id = found.id ORDER BY found.id`,
      slots.flatMap(() => exceptTopics),
    )
    return { rows: rows.map(waitingRow), mayBeMore: rows.length >= limit }
  }

  /** Removes rows that were sent. */
  async removeSent(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return
    await this.#run(`DELETE FROM ${this.#table} WHERE id IN (${ids.join(', ')})`)
  }

  async putAside(id: number, reason: string): Promise<void> {
    const sql = `UPDATE ${this.#table} SET state = ${State.SET_ASIDE}, reason = ? WHERE id = ?`
    await this.#run(sql, [textForColumn(reason, REASON_CHARACTERS_MAX), id])
  }

  async listSetAside(max: number): Promise<SetAsideRow[]> {
    const { rows } = await this.#run(
      `SELECT id, topic, message, body, reason FROM ${this.#table} WHERE state = ${State.SET_ASIDE} ORDER BY id LIMIT ${max}`,
    )
    return rows.map((row) => ({ ...waitingRow(row), reason: String(row.reason) }))
  }

  async retrySetAside(id: number): Promise<boolean> {
    const change = `UPDATE ${this.#table} SET state = ${State.WAITING}, reason = NULL`
    return this.#changeSetAside(change, id)
  }

  async removeSetAside(id: number): Promise<boolean> {
    return this.#changeSetAside(`DELETE FROM ${this.#table}`, id)
  }

  async status(): Promise<OutboxStatus> {
    // Of what the index has: with their bodies, a million rows take a database most of a minute.
    const { rows } = await this.#run(
      `SELECT state, COUNT(*) AS messages, MIN(id) AS first_id FROM ${this.#table} GROUP BY state`,
    )
    const rowOf = (state: number) => rows.find((row) => numberIn(row, 'state') === state)
    const messagesIn = (row: SqlRow | undefined) => (row ? numberIn(row, 'messages') : 0)
    const waiting = rowOf(State.WAITING)
    return {
      waiting: messagesIn(waiting),
      oldestAt: waiting && (await this.#addedAt(numberIn(waiting, 'first_id'))),
      setAside: messagesIn(rowOf(State.SET_ASIDE)),
    }
  }

  /** Undefined when a relay has sent it meanwhile. */
  async #addedAt(id: number): Promise<number | undefined> {
    const { rows } = await this.#run(`SELECT created_at FROM ${this.#table} WHERE id = ?`, [id])
    return rows[0] && numberIn(rows[0], 'created_at')
  }

  async #changeSetAside(change: string, id: number): Promise<boolean> {
    const sql = `${change} WHERE id = ? AND state = ${State.SET_ASIDE}`
    return (await this.#run(sql, [id])).affectedRows > 0
  }

  #run(sql: string, values: readonly SqlParameter[] = []) {
    return executeAlone(this.#database, sql, values)
  }
}
