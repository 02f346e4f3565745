import { createHash } from 'node:crypto'
import { option, parseOptions, z } from '@rocketeer/foundation'
import { createTables } from '../sql/create-tables.js'
import { deleteOldRows } from '../sql/delete-old-rows.js'
import { executeAlone } from '../sql/execute-alone.js'
import { givenTable } from '../sql/given-table.js'
import { quotedTable } from '../sql/identifiers.js'
import { withOwnTables } from '../sql/own-tables.js'
import {
  numberIn,
  type SqlDatabase,
  type SqlDialect,
  type SqlParameter,
  type SqlRow,
} from '../sql/sql-database.js'
import { definitionsOf } from '../sql/table-definition.js'
import { textForColumn } from '../sql/text-column.js'
import { type DeadLetterOutcome, isState, noOutcomes, OUTCOMES_LISTED, type OutcomeStore } from './outcome.js'

/** What `sqlOutcomes` takes besides the database. */
export interface SqlOutcomesOptions {
  /** The table, `'dead_letter_outcomes'`; `schema.table` is possible. */
  table?: string | undefined
}

/** Outcomes in a table of a database, which several workers and a console share. */
export interface SqlOutcomes extends OutcomeStore {
  /** The statements that make the table, for a migration of your own; `createTables` runs them. */
  readonly tableDefinitions: readonly string[]
  /** Makes the table where it is missing. Rejects with the database's error. */
  createTables(): Promise<void>
}

const schema = z.strictObject({
  table: option.text().default('dead_letter_outcomes'),
}) satisfies z.ZodType<unknown, SqlOutcomesOptions>

const COLUMNS = 'id, group_name, message_id, topic, message_key, state, replays, reason, changed_at'
/** Longer ids, keys and reasons are cut. */
const TEXT_CHARACTERS_MAX = 1_000
const TOPIC_CHARACTERS_MAX = 255

/** Keeps outcomes in a table. Throws `OPTION_INVALID`. */
export function sqlOutcomes<Transaction>(
  given: SqlDatabase<Transaction>,
  options: SqlOutcomesOptions = {},
): SqlOutcomes {
  const { table } = parseOptions(schema, options, 'sqlOutcomes')
  const database = withOwnTables(given, 'sqlOutcomes')
  const { dialect } = database
  givenTable(table, { dialect, piece: 'sqlOutcomes', ending: '_changed' })
  const name = quotedTable(dialect, table)
  const execute = (sql: string, values: readonly SqlParameter[]) => executeAlone(database, sql, values)
  const tableDefinitions = definitions(dialect, table)
  return {
    tableDefinitions,
    createTables: () => createTables(database, tableDefinitions),
    find: async (group, messageId) => {
      const { rows } = await execute(`SELECT * FROM ${name} WHERE id = ?`, [idOf(group, messageId)])
      return rows[0] && outcomeOf(rows[0])
    },
    put: async (outcome) => {
      const places = COLUMNS.replace(/\w+/g, '?')
      await execute(
        `INSERT INTO ${name} (${COLUMNS}) VALUES (${places}) ${orReplace(dialect)}`,
        valuesOf(outcome),
      )
    },
    change: async (outcome, from) => {
      const { state, reason, changedAt, group, messageId, replays } = outcome
      const places = from.map(() => '?').join(', ')
      const { affectedRows } = await execute(
        `UPDATE ${name} SET state = ?, reason = ?, changed_at = ? WHERE id = ? AND replays = ? AND state IN (${places})`,
        [state, cut(reason), changedAt, idOf(group, messageId), replays, ...from],
      )
      return affectedRows > 0
    },
    list: async ({ group, state, outcomesMax = OUTCOMES_LISTED }) => {
      const where = state === undefined ? 'group_name = ?' : 'group_name = ? AND state = ?'
      const { rows } = await execute(
        `SELECT * FROM ${name} WHERE ${where} ORDER BY changed_at DESC LIMIT ${Math.trunc(outcomesMax)}`,
        state === undefined ? [group] : [group, state],
      )
      return rows.map(outcomeOf)
    },
    counts: async (group) => {
      const { rows } = await execute(
        `SELECT state, COUNT(*) AS outcomes FROM ${name} WHERE group_name = ? GROUP BY state`,
        [group],
      )
      const counts = noOutcomes()
      for (const row of rows) {
        const state = String(row.state)
        if (isState(state)) counts[state] = numberIn(row, 'outcomes')
      }
      return counts
    },
    deleteBefore: async (changedAt) => {
      const old = { table, column: 'changed_at', before: '?', values: [changedAt] }
      return (await deleteOldRows(database, old)).more
    },
  }
}

/** An id of 64 characters for any group and message id; times are milliseconds since the epoch. */
function definitions(dialect: SqlDialect, table: string): string[] {
  return definitionsOf(dialect, {
    table,
    columns: [
      'id CHAR(64) NOT NULL PRIMARY KEY',
      'group_name VARCHAR(255) NOT NULL',
      'message_id TEXT NOT NULL',
      'topic VARCHAR(255) NOT NULL',
      'message_key TEXT NULL',
      'state VARCHAR(16) NOT NULL',
      'replays INT NOT NULL',
      'reason TEXT NULL',
      'changed_at BIGINT NOT NULL',
    ],
    indexes: { state: 'group_name, state, changed_at', changed: 'changed_at' },
  })
}

function orReplace(dialect: SqlDialect): string {
  const changing = ['topic', 'message_key', 'state', 'replays', 'reason', 'changed_at']
  if (dialect === 'mysql')
    return `ON DUPLICATE KEY UPDATE ${changing.map((each) => `${each} = VALUES(${each})`).join(', ')}`
  return `ON CONFLICT (id) DO UPDATE SET ${changing.map((each) => `${each} = excluded.${each}`).join(', ')}`
}

function idOf(group: string, messageId: string): string {
  return createHash('sha256').update(`${group}\n${messageId}`).digest('hex')
}

function cut(text: string | undefined): string | null {
  return text === undefined ? null : textForColumn(text, TEXT_CHARACTERS_MAX)
}

function valuesOf(outcome: DeadLetterOutcome): SqlParameter[] {
  const { group, messageId, topic, key, state, replays, reason, changedAt } = outcome
  // Id and topic are what the client of the message wrote; the row is found by its hash.
  const [id, name] = [idOf(group, messageId), textForColumn(topic, TOPIC_CHARACTERS_MAX)]
  return [id, group, cut(messageId), name, cut(key), state, replays, cut(reason), changedAt]
}

function outcomeOf(row: SqlRow): DeadLetterOutcome {
  const textOf = (column: string) => (typeof row[column] === 'string' ? row[column] : undefined)
  const state = String(row.state)
  return {
    group: String(row.group_name),
    messageId: String(row.message_id),
    topic: String(row.topic),
    key: textOf('message_key'),
    // What a later version wrote is left alone.
    state: isState(state) ? state : 'parked',
    replays: numberIn(row, 'replays'),
    reason: textOf('reason'),
    changedAt: numberIn(row, 'changed_at'),
  }
}
