import type { ColumnValue } from './change.js'

/**
 * A value as binlog or query gave it, in the form that stands in messages; see `ColumnValue`. Rows of a snapshot come from a
 * query and changes from the binlog, so this is where both become the same. Throws for a text in a character set that the
 * library cannot read.
 */
export function columnValue(value: unknown, type: string): ColumnValue {
  if (value === null) return null
  // An ENUM that holds no valid value has index 0, which MySQL shows as an empty string.
  if (value === undefined) return type.startsWith('enum') ? '' : null
  if (value instanceof Uint8Array) return bytesValue(value, type)
  if (/^(bigint|decimal|numeric)/.test(type)) return String(value)
  if (type.startsWith('year')) return yearOf(Number(value))
  if (type.startsWith('float')) return shortestFloat(Number(value))
  if (typeof value === 'string') return type.startsWith('double') ? Number(value) : value
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return String(value)
  return value as object
}

/** Whether values of a column are bytes, which messages have as base64. */
export function isBinaryType(type: string): boolean {
  return /^(binary|varbinary|tinyblob|blob|mediumblob|longblob|vector)\b/.test(type)
}

function bytesValue(value: Uint8Array, type: string): string {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (type.startsWith('bit')) return BigInt(`0x${bytes.toString('hex') || '0'}`).toString()
  if (isBinaryType(type)) return bytes.toString('base64')
  throw new TypeError(`a value of the type ${type} is in a character set that cannot be read`)
}

/** The binlog has 0 for the year 0000, which the library counts from 1900. */
function yearOf(year: number): number {
  return year === 1900 ? 0 : year
}

/** The fewest digits that are the same FLOAT: 0.1 rather than 0.10000000149011612. */
function shortestFloat(value: number): number {
  const float = Math.fround(value)
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(float.toPrecision(digits))
    if (Math.fround(short) === float) return short
  }
  return Number(float.toPrecision(9))
}
