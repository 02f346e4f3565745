import sqlite from 'node-sqlite3-wasm'
import { expect, it } from 'vitest'
import { applyChanges, sqlPositions } from '../change-relay/index.js'
import { sqlOutcomes } from '../dead-letters/index.js'
import { sqlProbe } from '../health/index.js'
import { sqlInbox } from '../idempotency/index.js'
import { Outbox } from '../outbox/index.js'
import { TransactionTable } from '../transactions/index.js'
import {
  drizzleDatabase,
  knexDatabase,
  kyselyDatabase,
  mysql2Database,
  pgDatabase,
  prismaDatabase,
  sqliteDatabase,
  typeormDatabase,
} from './index.js'

const adapters = {
  drizzleDatabase,
  knexDatabase,
  kyselyDatabase,
  mysql2Database,
  pgDatabase,
  prismaDatabase,
  sqliteDatabase,
  typeormDatabase,
}

const pieces: Readonly<Record<string, (database: never) => unknown>> = {
  Outbox: (database) => new Outbox(database),
  TransactionTable: (database) => new TransactionTable(database),
  sqlInbox: (database) => sqlInbox(database),
  sqlOutcomes: (database) => sqlOutcomes(database),
  sqlPositions: (database) => sqlPositions(database),
  sqlProbe: (database) => sqlProbe(database),
  applyChanges: (database) => applyChanges({ database, tables: { 'shop.orders': 'orders' } }),
}

function refusalOf(call: () => unknown): { subject: string; problems: readonly string[] } {
  try {
    call()
  } catch (error) {
    expect(error).toMatchObject({ code: 'OPTION_INVALID' })
    return (error as { details: ReturnType<typeof refusalOf> }).details
  }
  throw new Error('it was taken')
}

const does = () => Promise.resolve()
const methods = (...names: string[]) => Object.fromEntries(names.map((name) => [name, does]))

it.each(Object.entries(pieces))('%s refuses what is no database, and names every adapter', (piece, make) => {
  const none = [
    undefined,
    null,
    5,
    'mysql://shop',
    {},
    [],
    does,
    { dialect: 'oracle', ...methods('transaction') },
  ]
  for (const given of none) {
    const { subject, problems } = refusalOf(() => make(given as never))
    expect(subject).toBe(piece)
    for (const adapter of Object.keys(adapters)) expect(problems.join()).toContain(`${adapter}(`)
  }
})

it.each(Object.entries(pieces))('%s says which adapter a pool or connection needs', (piece, make) => {
  const libraries = {
    mysql2Database: [
      methods('getConnection', 'query', 'execute'),
      methods('beginTransaction', 'execute', 'connect', 'query'),
    ],
    pgDatabase: [methods('connect', 'query', 'end')],
    sqliteDatabase: [new sqlite.Database(), methods('exec', 'prepare', 'transaction')],
    kyselyDatabase: [methods('transaction', 'withoutPlugins', 'selectFrom')],
    drizzleDatabase: [methods('transaction', 'execute', 'select'), methods('all', 'run', 'select')],
    knexDatabase: [Object.assign(does, methods('raw', 'transaction'))],
    prismaDatabase: [methods('$transaction', '$queryRawUnsafe')],
    typeormDatabase: [methods('transaction', 'createQueryRunner', 'query')],
  }
  for (const [adapter, objects] of Object.entries(libraries))
    for (const given of objects) {
      const { subject, problems } = refusalOf(() => make(given as never))
      expect({ subject, problems }).toEqual({
        subject: piece,
        problems: [expect.stringContaining(`itself: pass ${adapter}(`)],
      })
    }
})

it.each(Object.entries(adapters))('%s refuses what is not of its library', (name, given) => {
  const adapter = given as (library: unknown, options: object) => unknown
  for (const none of [undefined, null, 5, {}])
    expect(refusalOf(() => adapter(none, { dialect: 'sqlite' })).subject).toBe(name)
})

it('mysql2Database refuses a pool that takes callbacks, whose promises would never come', () => {
  const pool = { ...methods('getConnection'), promise: () => ({}) }
  const { problems } = refusalOf(() => mysql2Database(pool as never))
  expect(problems).toEqual([expect.stringContaining('its method promise()')])
})

it('pgDatabase refuses a pool of mysql2, which would meet a syntax error', () => {
  const { problems } = refusalOf(() => pgDatabase(methods('query', 'execute', 'getConnection') as never))
  expect(problems).toEqual(['a Pool or a Client of "pg" is needed'])
})

it.each([
  [
    'mysql2Database',
    mysql2Database(methods('getConnection', 'execute') as never),
    methods('getConnection', 'execute'),
  ],
  ['pgDatabase', pgDatabase({ totalCount: 1, ...methods('connect', 'query') } as never), { totalCount: 1 }],
] as const)('%s runs nothing in a pool that was given for a transaction', async (_, database, pool) => {
  const run = database.execute(pool as never, 'INSERT INTO outbox VALUES (1)', [])
  await expect(run).rejects.toMatchObject({ code: 'TRANSACTION_MISSING' })
})
