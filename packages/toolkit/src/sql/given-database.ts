import { optionErrors } from '@rocketeer/foundation'
import type { SqlDatabase } from './sql-database.js'

/** An adapter, and how objects of its library are known. */
interface Adapter {
  readonly call: string
  readonly takes: string
  /** Methods that the adapter uses: all of one of these lists. */
  readonly needs: readonly (readonly string[])[]
  /** Methods that only objects of this library have besides. */
  readonly marks?: readonly string[]
}

/** In the order in which an object is tried with them. */
const adapters = {
  mysql2Database: {
    call: 'mysql2Database(pool)',
    takes: 'a pool or a connection of "mysql2/promise"',
    needs: [['getConnection'], ['beginTransaction', 'execute']],
  },
  sqliteDatabase: {
    call: 'sqliteDatabase(connection)',
    takes: 'a database of "node:sqlite", "better-sqlite3" or "node-sqlite3-wasm"',
    needs: [
      ['exec', 'prepare'],
      ['exec', 'all', 'run'],
    ],
  },
  prismaDatabase: {
    call: 'prismaDatabase(prisma, { dialect })',
    takes: 'a client of Prisma',
    needs: [['$transaction']],
  },
  typeormDatabase: {
    call: 'typeormDatabase(dataSource)',
    takes: 'a DataSource of TypeORM',
    needs: [['transaction']],
    marks: ['createQueryRunner'],
  },
  knexDatabase: {
    call: 'knexDatabase(knex, { dialect })',
    takes: 'what knex(…) returns',
    needs: [['transaction']],
    marks: ['raw'],
  },
  kyselyDatabase: {
    call: 'kyselyDatabase(kysely, { dialect })',
    takes: 'a Kysely object',
    needs: [['transaction']],
    marks: ['withoutPlugins'],
  },
  drizzleDatabase: {
    call: 'drizzleDatabase(db, { dialect, sql })',
    takes: 'a database of drizzle',
    needs: [['transaction'], ['all', 'run']],
    marks: ['select'],
  },
  pgDatabase: {
    call: 'pgDatabase(pool)',
    takes: 'a Pool or a Client of "pg"',
    needs: [['connect'], ['query']],
    marks: ['connect', 'query'],
  },
} as const satisfies Record<string, Adapter>

type AdapterName = keyof typeof adapters

const DIALECTS: readonly unknown[] = ['mysql', 'postgres', 'sqlite']

/**
 * The database that a piece was given. Throws `OPTION_INVALID` when it is something else, and names the adapter that makes
 * one of it: a pool in its place would fail only with the first statement, and say nothing of the cause.
 */
export function givenDatabase<Transaction>(
  database: SqlDatabase<Transaction>,
  piece: string,
): SqlDatabase<Transaction> {
  if (has(database, ['transaction', 'execute']) && DIALECTS.includes(database.dialect)) return database
  const all = Object.values<Adapter>(adapters)
  const suitable = all.find(({ needs, marks = [] }) =>
    needs.some((names) => has(database, [...names, ...marks])),
  )
  const problem = suitable
    ? `the database is needed as its adapter makes it, not ${suitable.takes} itself: pass ${suitable.call}`
    : `a database is needed, as an adapter makes it: pass ${all.map(({ call }) => call).join(', ')}`
  throw optionErrors.OPTION_INVALID({ subject: piece, problems: [`${problem}, of "rocketeer/sql"`] })
}

/** What an adapter was given, if it is of the adapter's library. Throws `OPTION_INVALID`. */
export function givenLibrary<Library>(library: Library, adapter: AdapterName): Library {
  const { needs, takes }: Adapter = adapters[adapter]
  const isOfMysql2 = adapter === 'pgDatabase' && has(library, ['query', 'execute'])
  if (needs.some((names) => has(library, names)) && !hasCallbacks(library) && !isOfMysql2) return library
  const advice = hasCallbacks(library)
    ? '; one that takes callbacks is turned into it by its method promise()'
    : ''
  throw optionErrors.OPTION_INVALID({ subject: adapter, problems: [`${takes} is needed${advice}`] })
}

/** Objects of `mysql2` that take callbacks have the same methods, and one that gives the object with promises. */
function hasCallbacks(library: unknown): boolean {
  return adapters.mysql2Database.needs.some((names) => has(library, [...names, 'promise']))
}

/** knex is a function. */
function has(value: unknown, methods: readonly string[]): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  return methods.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
}
