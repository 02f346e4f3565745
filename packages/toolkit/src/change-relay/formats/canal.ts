import type { Change, ChangedRow, ColumnValue } from '../changes/change.js'
import { isBinaryType } from '../changes/column-values.js'
import { canalSqlType } from './canal-types.js'

/** MariaDB's `0-1-7`, or MySQL's `uuid:7`; a transaction without one is named by its place. */
const GTID = /^\d+-\d+-\d+$|^[0-9a-f-]{36}:/

/** A row by column; every value as text. */
export type CanalRow = Record<string, string | null>

/**
 * A message of Canal with `canal.mq.flatMessage = true`, one row each. Canal:
 * com.alibaba.otter.canal.protocol.FlatMessage, made by MQMessageUtils.messageConverter.
 */
export interface CanalMessage {
  /** The row after, or of a delete before; every value as text. */
  data: CanalRow[] | null
  database: string
  /** When the statement ran, in milliseconds since the epoch. */
  es: number
  gtid: string
  /** Canal's number of a batch; a relay counts its messages since its start. */
  id: number
  isDdl: boolean
  /** The declared type of each column. */
  mysqlType: Record<string, string> | null
  /** What the columns were that an update changed. */
  old: CanalRow[] | null
  pkNames: string[] | null
  sql: string
  /** The number of `java.sql.Types` for each column. */
  sqlType: Record<string, number> | null
  table: string
  /** When the message was made. */
  ts: number
  type: 'INSERT' | 'UPDATE' | 'DELETE'
}

/**
 * The text of a change as Canal writes it, in the order in which Canal's JSON library writes the fields. A row of a
 * snapshot is an INSERT, as in Canal's own full load.
 */
export function toCanal(change: Change, { id, now }: { id: number; now: number }): CanalMessage {
  const { columns, after, before } = change
  const row = canalRow(after ?? before ?? {}, columns)
  return {
    data: [row],
    database: change.database,
    es: change.timestamp,
    gtid: GTID.test(change.transaction) ? change.transaction : '',
    id,
    isDdl: false,
    mysqlType: { ...columns },
    old: change.type === 'update' ? [changedBefore(canalRow(before ?? {}, columns), row)] : null,
    pkNames: Object.keys(change.key),
    sql: '',
    sqlType: Object.fromEntries(
      Object.entries(columns).map(([name, type]) => [name, canalSqlType(type, row[name] ?? null)]),
    ),
    table: change.table,
    ts: now,
    type: change.type === 'snapshot' ? 'INSERT' : (change.type.toUpperCase() as CanalMessage['type']),
  }
}

function changedBefore(before: CanalRow, after: CanalRow): CanalRow {
  return Object.fromEntries(Object.entries(before).filter(([name, value]) => value !== after[name]))
}

function canalRow(row: ChangedRow, columns: Change['columns']): CanalRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, canalValue(value, columns[name] ?? '')]),
  )
}

function canalValue(value: ColumnValue, type: string): string | null {
  if (value === null) return null
  // Canal keeps bytes as the characters with these numbers.
  if (isBinaryType(type)) return Buffer.from(String(value), 'base64').toString('latin1')
  if (type.startsWith('enum')) return String(choicesOf(type).indexOf(String(value)) + 1)
  if (type.startsWith('set')) return bitsOf(String(value), choicesOf(type))
  if (/^(float|double)/.test(type)) return javaNumber(Number(value))
  if (type.startsWith('year')) return String(value).padStart(4, '0')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** The values in `enum('a','it''s')`. */
function choicesOf(type: string): string[] {
  return [...type.matchAll(/'((?:[^']|'')*)'/g)].map(([, choice]) => choice!.replaceAll("''", "'"))
}

function bitsOf(set: string, choices: readonly string[]): string {
  let bits = 0n
  if (set !== '') for (const chosen of set.split(',')) bits |= 1n << BigInt(choices.indexOf(chosen))
  return String(bits)
}

/** As `String.valueOf` of Java writes a double: `1.0`, `1.0E10`, `1.5E-5`. */
function javaNumber(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    const [digits, exponent] = value.toExponential().split('e')
    return `${digits!.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`
  }
  return Number.isInteger(value) ? value.toFixed(1) : String(value)
}
