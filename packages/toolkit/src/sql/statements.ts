import type { SqlParameter } from './sql-database.js'

/** A literal or identifier in quotes, in which `?` is no placeholder; quotes in it are doubled. */
const QUOTED_OR_PLACEHOLDER = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\?/g

/** The text before, between and behind the placeholders of a statement: one part more than there are values. */
export function partsOf(sql: string): string[] {
  const parts: string[] = []
  let start = 0
  for (const { 0: found, index } of sql.matchAll(QUOTED_OR_PLACEHOLDER)) {
    if (found !== '?') continue
    parts.push(sql.slice(start, index))
    start = index + 1
  }
  parts.push(sql.slice(start))
  return parts
}

/** `?` as PostgreSQL writes it: `$1`, `$2`, … */
export function numbered(sql: string): string {
  return partsOf(sql).reduce((text, part, index) => `${text}$${index}${part}`)
}

/** Values as libraries take them: some know bytes only as a Buffer, and some keep the array. */
export function givenValues(values: readonly SqlParameter[]): (string | number | Buffer | null)[] {
  return values.map((value) => {
    if (!(value instanceof Uint8Array) || Buffer.isBuffer(value))
      return value as string | number | Buffer | null
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  })
}
