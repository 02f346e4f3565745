import { sqlError } from './sql-error.js'

export interface Token {
  readonly kind: 'keyword' | 'symbol' | 'property' | 'whole' | 'decimal' | 'string' | 'end'
  /** Keywords in capitals; the rest as written. */
  readonly text: string
  /** Where it begins, in characters. */
  readonly at: number
}

const KEYWORDS: ReadonlySet<string> = new Set([
  'NOT',
  'AND',
  'OR',
  'BETWEEN',
  'IN',
  'TRUE',
  'FALSE',
  'NULL',
  'IS',
  'CONTAINS',
  'STARTSWITH',
  'ENDSWITH',
])

/** The tokens of Apache's SelectorParser.jj. The groups are tried in this order, which makes each match the longest. */
const TOKEN = new RegExp(
  [
    '(?<blank>[ \\t\\n\\r\\f]+|--[^\\n\\r]*|/\\*[^]*?\\*/)',
    '(?<decimal>\\d+\\.\\d*(?:e[+-]?\\d+)?|\\.\\d+(?:e[+-]?\\d+)?|\\d+e[+-]?\\d+)',
    '(?<whole>0|[1-9]\\d*l?)',
    "(?<string>'(?:''|[^'])*')",
    '(?<name>[a-z_$][a-z0-9_$]*)',
    '(?<symbol><>|<=|>=|[=<>(),+-])',
  ].join('|'),
  'iy',
)

/** What people write that other languages know. */
const FOREIGN: readonly (readonly [start: string, advice: string])[] = [
  ["'", 'this string is not closed'],
  ['/*', 'this comment is not closed'],
  ['"', "strings are written in single quotes: 'text'"],
  ['!=', 'unequal is written <>'],
  ['||', 'alternatives are joined with OR'],
  ['&&', 'conditions are joined with AND'],
]

/** All tokens of an expression and `end` behind them. Throws SQL_EXPRESSION_INVALID. */
export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < sql.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const groups = TOKEN.exec(sql)?.groups
    if (groups === undefined) throw sqlError(sql, at, unreadable(sql, at))
    const token = tokenOf(groups, at)
    if (token !== undefined) tokens.push(token)
  }
  tokens.push({ kind: 'end', text: '', at: sql.length })
  return tokens
}

/** The text between the quotes; two quotes stand for one. */
export function textOf(token: Token): string {
  return token.text.slice(1, -1).replaceAll("''", "'")
}

function tokenOf(groups: Record<string, string | undefined>, at: number): Token | undefined {
  const { decimal, whole, string, name, symbol } = groups
  if (name !== undefined) {
    const keyword = name.toUpperCase()
    return KEYWORDS.has(keyword)
      ? { kind: 'keyword', text: keyword, at }
      : { kind: 'property', text: name, at }
  }
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, at }
  if (string !== undefined) return { kind: 'string', text: string, at }
  if (whole !== undefined) return { kind: 'whole', text: whole, at }
  return decimal === undefined ? undefined : { kind: 'decimal', text: decimal, at }
}

function unreadable(sql: string, at: number): string {
  const foreign = FOREIGN.find(([start]) => sql.startsWith(start, at))
  if (foreign) return foreign[1]
  const character = String.fromCodePoint(sql.codePointAt(at)!)
  return `the character ${JSON.stringify(character)} has no meaning here: names of properties are made of a-z, A-Z, 0-9, _ and $`
}
