import { createHash } from 'node:crypto'
import type { ChangedRow, ColumnValue } from './change.js'

/** Longer keys are hashed, so that they fit a message's properties and a column of any database. */
const KEY_LENGTH_MAX = 180

/** `encodeURIComponent` throws on one; only columns in UTF-16 can hold it. */
const HALF_PAIR = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g

/**
 * One text for one row of a table: `shop.orders:17`. Values are escaped, so that it has no white space and keys of
 * several columns cannot be mistaken for each other; a long one ends in a hash of all of it.
 */
export function rowKeyOf(table: string, key: ChangedRow): string {
  const text = `${escaped(table)}:${Object.values(key).map(escaped).join(',')}`
  if (text.length <= KEY_LENGTH_MAX) return text
  const hash = createHash('sha256').update(text).digest('base64url')
  return `${text.slice(0, KEY_LENGTH_MAX - hash.length - 1)}~${hash}`
}

function escaped(value: ColumnValue): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return encodeURIComponent(text.replaceAll(HALF_PAIR, '\uFFFD'))
}
