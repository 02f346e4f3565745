import { createRequire } from 'node:module'
import { join } from 'node:path'
import { TemporaryDirectory } from '@rocketeer/test-kit'
import wasm from 'node-sqlite3-wasm'
import { beforeEach, describe, expect, it } from 'vitest'
import { isConflict } from './sql-errors.js'
import { type PreparingSqlite, sqliteDatabase, type WasmSqlite } from './sqlite-database.js'
import { databaseContract } from './testing/database-contract.js'

type Sqlite = (PreparingSqlite | WasmSqlite) & { close(): void }

/** Node's own SQLite, which Node 20 does not have. */
function nodeSqlite(): { DatabaseSync: new (path: string) => Sqlite } | undefined {
  try {
    return createRequire(import.meta.url)('node:sqlite')
  } catch {
    return undefined
  }
}

const drivers: Record<string, ((path: string) => Sqlite) | undefined> = {
  'node-sqlite3-wasm': (path) => new wasm.Database(path),
  'node:sqlite': nodeSqlite() && ((path) => new (nodeSqlite()!.DatabaseSync)(path)),
}

describe.each(Object.entries(drivers))('SQLite through %s', (name, open) => {
  beforeEach(({ skip }) => skip(!open, `Node ${process.versions.node} has no ${name}`))

  it.each(databaseContract)('$name', async ({ run }) => {
    await using home = await TemporaryDirectory.create()
    const connection = open!(join(home.path, 'data.sqlite'))
    await run(sqliteDatabase(connection))
    connection.close()
  })

  it('refuses a transaction inside another one, which would wait for itself', async () => {
    await using home = await TemporaryDirectory.create()
    const connection = open!(join(home.path, 'data.sqlite'))
    const database = sqliteDatabase(connection)
    const nested = database.transaction(() => sqliteDatabase(connection).transaction(async () => 1))
    await expect(nested).rejects.toMatchObject({ code: 'TRANSACTION_NESTED' })
    expect(await database.transaction(async () => 2)).toBe(2)
    connection.close()
  })

  it('waits for another connection that writes, and says so when it takes too long', async () => {
    await using home = await TemporaryDirectory.create()
    const path = join(home.path, 'data.sqlite')
    const [one, other] = [open!(path), open!(path)]
    one.exec('CREATE TABLE t (x INTEGER)')
    one.exec('BEGIN IMMEDIATE')
    const hurried = sqliteDatabase(other, { busyTimeoutMs: 0 })
    const failure: unknown = await hurried.transaction(async () => 1).catch((error) => error)
    expect(isConflict(failure)).toBe(true)
    const waiting = sqliteDatabase(other).transaction(async () => 'in time')
    setTimeout(() => one.exec('COMMIT'), 30)
    expect(await waiting).toBe('in time')
    one.close()
    other.close()
  })
})
