import { optionErrors } from '@rocketeer/foundation'
import type { SqlDialect } from './sql-database.js'

/** MySQL's limit, in characters. */
const MYSQL_CHARACTERS_MAX = 64
/** PostgreSQL's limit, in bytes: it cuts longer names without a word, and so may take two names for one. */
const POSTGRES_BYTES_MAX = 63
const PARTS_MAX = 2

/** Which name of a table is checked, and for whom. */
export interface GivenTable {
  readonly dialect: SqlDialect
  /** Whose option it is, for the text of the error. */
  readonly piece: string
  /** `table` unless it is called otherwise. */
  readonly option?: string
  /** The longest ending of the names that are made of it, for indexes and further tables: `_leases`. */
  readonly ending?: string
}

/** A name for a table that the database can have. Throws `OPTION_INVALID` with the reason. */
export function givenTable(
  table: string,
  { dialect, piece, option = 'table', ending = '' }: GivenTable,
): string {
  const parts = table.split('.')
  const problem =
    parts.length > PARTS_MAX
      ? '"table" or "schema.table" is needed, without further dots'
      : parts.map((part, at) => problemOf(part, dialect, at === parts.length - 1 ? ending : '')).find(Boolean)
  if (problem === undefined) return table
  throw optionErrors.OPTION_INVALID({ subject: piece, problems: [`"${option}": ${problem}`] })
}

function problemOf(name: string, dialect: SqlDialect, ending: string): string | undefined {
  if (name === '') return 'a name is needed before and behind the dot'
  if (name.includes('\0') || /\p{Surrogate}/u.test(name))
    return 'no database takes a zero or half a character in a name'
  if (dialect === 'mysql' && /[\u{10000}-\u{10ffff}]|\s$/u.test(name))
    return 'MySQL takes no space at the end of a name, and no characters beyond U+FFFF'
  const [length, max, unit] =
    dialect === 'mysql'
      ? [name.length, MYSQL_CHARACTERS_MAX, 'characters']
      : [Buffer.byteLength(name), POSTGRES_BYTES_MAX, 'bytes']
  if (dialect === 'sqlite' || length + ending.length <= max) return undefined
  const made = ending === '' ? '' : `, and names are made of it such as "…${ending}"`
  return `names may have ${max} ${unit}${made}: ${max - ending.length} are left, not ${length}`
}
