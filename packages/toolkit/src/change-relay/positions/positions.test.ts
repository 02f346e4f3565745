import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sqlite from 'node-sqlite3-wasm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sqliteDatabase } from '../../sql/index.js'
import { filePositions } from './file-positions.js'
import type { PositionStore, RelayPosition } from './relay-position.js'
import { relayPositionsTable, sqlPositions } from './sql-positions.js'

const first: RelayPosition = { phase: 'changes', gtids: '0-1-7', epoch: 1, transactions: 3 }
const second: RelayPosition = { ...first, gtids: '0-1-9', transactions: 5 }

describe.each(['file', 'SQL'])('positions in a %s store', (kind) => {
  let directory: string
  let connection: sqlite.Database
  let store: PositionStore

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rocketeer-relay-'))
    connection = new sqlite.Database()
    store = kind === 'file' ? filePositions(directory) : sqlPositions(sqliteDatabase(connection))
  })
  afterEach(async () => {
    connection.close()
    await rm(directory, { recursive: true })
  })

  it('come back to whoever claims them next, relay by relay', async () => {
    const claim = await store.claim('orders')
    expect(claim.saved).toBeUndefined()
    expect(await claim.save(first)).toBe(true)
    expect((await store.claim('other')).saved).toBeUndefined()
    expect((await store.claim('orders')).saved).toEqual(first)
  })

  it('are not saved by a relay that another one has replaced', async () => {
    const before = await store.claim('orders')
    const after = await store.claim('orders')
    expect(await before.save(first)).toBe(false)
    expect(await after.save(second)).toBe(true)
    expect((await store.claim('orders')).saved).toEqual(second)
  })
})

it('a broken file of a position is not taken for none', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rocketeer-relay-'))
  const store = filePositions(directory)
  await store.claim('orders')
  const [file] = await readdir(directory)
  await writeFile(join(directory, file!), '{')
  await expect(store.claim('orders')).rejects.toMatchObject({ code: 'FILE_BROKEN' })
  await rm(directory, { recursive: true })
})

it('quotes the name of its table', () => {
  expect(relayPositionsTable('mysql', 'a`b')).toMatch(/IF NOT EXISTS `a``b`.*ENGINE=InnoDB/s)
})
