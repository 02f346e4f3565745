import sqlite from 'node-sqlite3-wasm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type SqlDatabase, sqliteDatabase, type WasmSqlite } from '../sql/index.js'
import { Leases, leaseTable } from './leases.js'

const SLOTS = 16

describe('leases', () => {
  let connection: sqlite.Database
  let database: SqlDatabase<WasmSqlite>
  const leasesOf = (owner: string, leaseMs = 60_000) =>
    new Leases({ database, table: 'leases', owner, leaseMs })

  beforeEach(() => {
    connection = new sqlite.Database()
    database = sqliteDatabase(connection)
    for (const definition of leaseTable('sqlite', 'leases')) connection.exec(definition)
  })
  afterEach(() => connection.close())

  it('give everything to the only process, and equal shares to several once each has renewed its own', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((owner) => leasesOf(owner))
    expect(await a!.divide(SLOTS)).toHaveLength(16)
    expect(await b!.divide(SLOTS)).toEqual([])
    expect(await a!.divide(SLOTS)).toHaveLength(8)
    expect(await b!.divide(SLOTS)).toHaveLength(8)
    await c!.divide(SLOTS)
    const shares = [await a!.divide(SLOTS), await b!.divide(SLOTS), await c!.divide(SLOTS)]
    expect(shares.map(({ length }) => length)).toEqual([6, 6, 4])
    expect(new Set(shares.flat()).size).toBe(16)
  })

  it('pass on at once what a process gives back, and after a while what one that is gone had', async () => {
    const [a, b] = [leasesOf('a', 50), leasesOf('b')]
    await a.divide(SLOTS)
    await b.divide(SLOTS)
    await a.releaseAll()
    expect(await b.divide(SLOTS)).toHaveLength(16)

    const late = leasesOf('late')
    await late.divide(SLOTS)
    await b.releaseAll()
    const gone = leasesOf('gone', 1)
    await gone.divide(SLOTS)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await late.divide(SLOTS)).toHaveLength(16)
    expect(connection.all("SELECT name FROM leases WHERE name LIKE 'member %'")).toEqual([
      { name: 'member late' },
    ])
  })

  it('are not renewed once they are over, since somebody else may have them', async () => {
    const slow = leasesOf('slow', 1)
    await slow.divide(SLOTS)
    await new Promise((resolve) => setTimeout(resolve, 20))
    const quick = leasesOf('quick')
    expect(await quick.divide(SLOTS)).toHaveLength(16)
    expect(await slow.divide(SLOTS)).toEqual([])
  })
})
