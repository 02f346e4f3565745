/** What a statement in the binlog means for a relay, which otherwise reads changes of rows. */
export type StatementKind =
  | 'begin'
  | 'commit'
  | 'rollback'
  | 'savepoint'
  | 'rollback-to'
  /** The frame of a transaction that another system decides on. */
  | 'xa'
  | 'alter'
  | 'rename'
  | 'drop'
  | 'truncate'
  /** A change of rows as a statement: the session did not use the row format. */
  | 'rows'
  | 'other'

export interface Statement {
  kind: StatementKind
  /** Names of tables as they stand after the keywords of `alter`, `rename`, `drop` and `truncate`: `shop.orders`. */
  tables: string[]
  /** The name of a savepoint. */
  savepoint: string | undefined
}

const IDENTIFIER = '(?:`(?:[^`]|``)+`|[\\p{L}\\p{N}_$]+)'
const NAME = `${IDENTIFIER}(?:\\s*\\.\\s*${IDENTIFIER})?`
const KINDS: readonly [RegExp, StatementKind][] = [
  [/^BEGIN\b|^START\s+TRANSACTION\b/i, 'begin'],
  [/^COMMIT\b/i, 'commit'],
  [/^ROLLBACK\s+(?:WORK\s+)?TO\b/i, 'rollback-to'],
  [/^ROLLBACK\b/i, 'rollback'],
  [/^SAVEPOINT\b/i, 'savepoint'],
  [/^XA\s+(?:START|BEGIN|END)\b/i, 'xa'],
  [/^ALTER\s+(?:ONLINE\s+|IGNORE\s+)*TABLE\b/i, 'alter'],
  [/^RENAME\s+TABLES?\b/i, 'rename'],
  [/^DROP\s+TABLES?\b/i, 'drop'],
  [/^DROP\s+(?:DATABASE|SCHEMA)\b/i, 'drop'],
  [/^TRUNCATE\b/i, 'truncate'],
  [/^(?:INSERT|UPDATE|DELETE|REPLACE|LOAD)\b/i, 'rows'],
]

/** Reads as much of a statement as a relay has to know; `database` is the one it ran in. */
export function readStatement(sql: string, database: string): Statement {
  const text = withoutComments(sql)
  const kind = KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'other'
  const savepoint = new RegExp(`(?:SAVEPOINT|TO)\\s+(?:SAVEPOINT\\s+)?(${IDENTIFIER})`, 'iu').exec(text)?.[1]
  const tables =
    kind === 'alter' || kind === 'rename' || kind === 'drop' || kind === 'truncate'
      ? tablesIn(text, kind).map((name) => qualified(name, database))
      : []
  // ALTER TABLE a RENAME TO b is a rename, and one of a column or index is not.
  const renames =
    kind === 'alter' && /\bRENAME\s+(?:TO\s+|AS\s+)?(?!COLUMN\b|INDEX\b|KEY\b)[`\p{L}_]/iu.test(text)
  return { kind: renames ? 'rename' : kind, tables, savepoint: savepoint && unquoted(savepoint) }
}

// Servers add comments of their own, and code that only some versions run.
function withoutComments(sql: string): string {
  return sql
    .replace(/\/\*!\d*\s?(.*?)\*\//gs, '$1')
    .replace(/\/\*.*?\*\//gs, ' ')
    .trim()
}

function tablesIn(text: string, kind: StatementKind): string[] {
  const database = new RegExp(
    `^DROP\\s+(?:DATABASE|SCHEMA)\\s+(?:IF\\s+EXISTS\\s+)?(${IDENTIFIER})`,
    'iu',
  ).exec(text)
  if (database) return [`${database[1]}.*`]
  const list = text
    .replace(/^\w+\s+(?:ONLINE\s+|IGNORE\s+|TEMPORARY\s+)*(?:TABLES?\s+)?(?:IF\s+EXISTS\s+)?/i, '')
    .replace(/\s+(?:RESTRICT|CASCADE)\s*$/i, '')
  if (kind === 'alter') return [new RegExp(`^${NAME}`, 'u').exec(list)?.[0] ?? '']
  if (kind === 'rename')
    return [...list.matchAll(new RegExp(`(${NAME})\\s+TO\\s+(${NAME})`, 'giu'))].flatMap(([, from, to]) => [
      from!,
      to!,
    ])
  return [...list.matchAll(new RegExp(NAME, 'gu'))].map(([name]) => name)
}

function qualified(name: string, database: string): string {
  const parts = [...name.matchAll(new RegExp(`${IDENTIFIER}|\\*`, 'gu'))].map(([part]) => unquoted(part))
  return parts.length > 1 ? parts.join('.') : `${database}.${parts[0] ?? ''}`
}

function unquoted(identifier: string): string {
  return identifier.startsWith('`') ? identifier.slice(1, -1).replaceAll('``', '`') : identifier
}
