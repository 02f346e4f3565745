import { toolkitErrors } from '../errors.js'
import type { Statement } from './binlog/statement.js'
import type { TableChange } from './relay-options.js'
import type { StatementEvent } from './source/binlog-events.js'

/** What statements between transactions are judged by. */
export interface StatementRules {
  /** `database.table` or `database.*`. */
  readonly tables: readonly string[]
  readonly onTableChange: (change: TableChange) => 'stop' | 'go-on'
}

/**
 * Throws `TABLE_CHANGED` for a statement after which a copy made of changes would no longer be equal, unless the relay is
 * to go on, and `BINLOG_UNSUITABLE` for a change of rows that stands in the binlog as a statement.
 */
export function checkStatement(
  { kind, tables }: Statement,
  event: StatementEvent,
  { rules, position }: { rules: StatementRules; position: string },
): void {
  if (kind === 'rows') refuseRows(event, rules, position)
  if (kind !== 'alter' && kind !== 'rename' && kind !== 'drop' && kind !== 'truncate') return
  for (const table of tables.filter((each) => concerns(each, rules.tables))) {
    const change = { table, change: kind, sql: event.query, timestamp: event.timestamp }
    if (rules.onTableChange(change) === 'stop')
      throw toolkitErrors.TABLE_CHANGED({ table, change: kind, sql: event.query, position })
  }
}

/** `*` stands for all tables on either side. */
function concerns(table: string, relayed: readonly string[]): boolean {
  const [database, name] = table.split('.')
  return relayed.some((each) => {
    const [relayedDatabase, relayedName] = each.split('.')
    return relayedDatabase === database && (relayedName === '*' || name === '*' || relayedName === name)
  })
}

/** A session that may choose its format has changed rows by a statement, whose effect nobody can know here. */
function refuseRows({ query, schema }: StatementEvent, { tables }: StatementRules, position: string): void {
  const words = new Set(query.match(/[\p{L}\p{N}_$]+/gu))
  const names = tables.map((each) => each.split('.')[1]!)
  if (!names.some((name) => (name === '*' ? concerns(`${schema}.*`, tables) : words.has(name)))) return
  throw toolkitErrors.BINLOG_UNSUITABLE({
    setting: 'binlog_format',
    value: `STATEMENT for "${query}", after ${position}`,
    advice: 'a session has set it for itself; take a snapshot once it has stopped',
  })
}
