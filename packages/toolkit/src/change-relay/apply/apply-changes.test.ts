import sqlite from 'node-sqlite3-wasm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type SqlDatabase, sqliteDatabase, type WasmSqlite } from '../../sql/index.js'
import type { Change } from '../changes/change.js'
import { versionOf } from '../changes/version.js'
import { applyChanges, type ChangeApplier } from './apply-changes.js'

const columns = { id: 'bigint', status: 'varchar(20)', photo: 'blob' }

interface Given {
  type?: Change['type']
  id?: string
  status?: string
  transaction: number
  epoch?: number
}

/** A message with a change of an order. */
function message({ type = 'update', id = '1', status = 'new', transaction, epoch = 1 }: Given): {
  body: Buffer
} {
  const row = { id, status, photo: 'AP8=' }
  const change: Change = {
    database: 'shop',
    table: 'orders',
    type,
    before: null,
    after: type === 'delete' ? null : row,
    key: { id },
    columns,
    version: versionOf({ epoch, transaction, sequence: 0 }),
    transaction: 't',
    sequence: 0,
    position: 'p',
    timestamp: 0,
  }
  return { body: Buffer.from(JSON.stringify(change)) }
}

describe('applied changes', () => {
  let connection: sqlite.Database
  let database: SqlDatabase<WasmSqlite>
  let apply: ChangeApplier

  beforeEach(() => {
    connection = new sqlite.Database()
    connection.exec('CREATE TABLE copy (id INTEGER PRIMARY KEY, status TEXT UNIQUE, photo BLOB)')
    database = sqliteDatabase(connection)
    apply = applyChanges({ database, tables: { 'shop.orders': 'copy' } })
  })
  afterEach(() => connection.close())

  const rows = () => connection.all('SELECT id, status FROM copy ORDER BY id')

  it('make rows what they are, bytes included', async () => {
    await apply(message({ type: 'insert', transaction: 1 }))
    await apply(message({ status: 'paid', transaction: 2 }))
    expect(connection.all('SELECT * FROM copy')).toEqual([
      { id: 1, status: 'paid', photo: Uint8Array.of(0, 255) },
    ])
    await apply(message({ type: 'delete', transaction: 3 }))
    expect(rows()).toEqual([])
  })

  it('do nothing when they come again, late, or after the row was deleted', async () => {
    const all = [
      message({ type: 'insert', transaction: 1 }),
      message({ status: 'paid', transaction: 2 }),
      message({ type: 'delete', transaction: 3 }),
    ]
    for (const each of [...all, ...all]) await apply(each)
    expect(rows()).toEqual([])
    await apply(message({ type: 'insert', id: '2', status: 'b', transaction: 5 }))
    await apply(message({ id: '2', status: 'a', transaction: 4 }))
    expect(rows()).toEqual([{ id: 2, status: 'b' }])
  })

  it('leave no note of a version when the row could not be written, so that the next delivery writes it', async () => {
    await apply(message({ type: 'insert', id: '1', status: 'same', transaction: 1 }))
    const second = message({ type: 'insert', id: '2', status: 'same', transaction: 2 })
    await expect(apply(second)).rejects.toThrow()
    await apply(message({ id: '1', status: 'other', transaction: 3 }))
    await apply(second)
    expect(rows()).toEqual([
      { id: 1, status: 'other' },
      { id: 2, status: 'same' },
    ])
  })

  it('of a snapshot are newer than what was before, and rows it does not have can be removed', async () => {
    await apply(message({ type: 'insert', id: '1', status: 'a', transaction: 90 }))
    await apply(message({ type: 'insert', id: '2', status: 'b', transaction: 91 }))
    const snapshot = message({ type: 'snapshot', id: '1', status: 'c', transaction: 0, epoch: 2 })
    await apply(snapshot)
    const { version } = JSON.parse(snapshot.body.toString()) as Change
    expect(await apply.removeOlderThan(version)).toBe(1)
    expect(rows()).toEqual([{ id: 1, status: 'c' }])
    expect(await apply.removeOlderThan(version)).toBe(0)
    // Of the same snapshot, and called too early: neither costs a row.
    await apply(message({ type: 'insert', id: '3', status: 'x', transaction: 95 }))
    const later = message({ type: 'snapshot', id: '4', status: 'y', transaction: 7, epoch: 2 })
    await apply(later)
    await apply.removeOlderThan((JSON.parse(later.body.toString()) as Change).version)
    expect(rows()).toMatchObject([{ id: 1 }, { id: 4 }])
    await apply(message({ type: 'snapshot', id: '3', status: 'x', transaction: 0, epoch: 2 }))
    expect(rows()).toMatchObject([{ id: 1 }, { id: 3 }, { id: 4 }])
  })

  it('copy the columns that were chosen, and call back in the same transaction', async () => {
    connection.exec('CREATE TABLE small (id INTEGER PRIMARY KEY, status TEXT)')
    const seen: string[] = []
    apply = applyChanges({
      database,
      tables: { 'shop.orders': { table: 'small', columns: ['id', 'status'] } },
      onApplied: (_, { key }) => void seen.push(String(key.id)),
    })
    await apply(message({ type: 'insert', transaction: 1 }))
    await apply(message({ type: 'insert', transaction: 1 }))
    expect(connection.all('SELECT * FROM small')).toEqual([{ id: 1, status: 'new' }])
    expect(seen).toEqual(['1'])
  })

  it('refuse what no relay has sent, and tables nobody named', async () => {
    await expect(apply({ body: Buffer.from('hello') })).rejects.toMatchObject({ code: 'CHANGE_INVALID' })
    await expect(apply({ body: Buffer.from('{"type":"insert"}') })).rejects.toMatchObject({
      code: 'CHANGE_INVALID',
    })
    apply = applyChanges({ database, tables: { 'shop.coupons': 'copy' } })
    await expect(apply(message({ transaction: 1 }))).rejects.toMatchObject({ code: 'CHANGE_WITHOUT_TABLE' })
    expect(() => applyChanges({ database, tables: { orders: 'copy' } })).toThrow(/database\.table/)
  })
})
