import { describe, expect, it } from 'vitest'
import { versionOf } from './changes/version.js'
import { changesOfRow } from './changes-of-row.js'
import type { RowImage, TableShape } from './source/binlog-events.js'

const shape: TableShape = {
  database: 'shop',
  table: 'orders',
  columns: { id: 'bigint', total: 'decimal(10,2)' },
  primaryKey: ['id'],
}

function changes(image: Partial<RowImage>, keys?: readonly string[]) {
  let next = 0
  return changesOfRow(
    { shape, type: 'update', before: undefined, after: undefined, timestamp: 5, ...image },
    {
      keys,
      facts: { transaction: '0-1-7', position: 'log.1:4', timestamp: 5 },
      numbering: { next: () => ({ sequence: next, version: `v${next++}` }) },
    },
  )
}

describe('the changes of a row', () => {
  it('are one, with exact values', () => {
    expect(changes({ before: { id: 1, total: '1.00' }, after: { id: 1, total: '2.00' } })).toEqual([
      {
        database: 'shop',
        table: 'orders',
        type: 'update',
        before: { id: '1', total: '1.00' },
        after: { id: '1', total: '2.00' },
        key: { id: '1' },
        columns: shape.columns,
        sequence: 0,
        version: 'v0',
        transaction: '0-1-7',
        position: 'log.1:4',
        timestamp: 5,
      },
    ])
  })

  it('are a delete and an insert when the key changed', () => {
    expect(changes({ before: { id: 1, total: '1' }, after: { id: 2, total: '1' } })).toMatchObject([
      { type: 'delete', key: { id: '1' }, after: null, sequence: 0 },
      { type: 'insert', key: { id: '2' }, before: null, sequence: 1 },
    ])
  })

  it('go by columns that were named, and are refused without a key', () => {
    const image = { before: { id: 1, total: '1' }, after: { id: 2, total: '1' } }
    expect(changes(image, ['total'])).toMatchObject([{ type: 'update', key: { total: '1' } }])
    const keyless = { ...image, shape: { ...shape, primaryKey: [] } }
    expect(() => changes(keyless)).toThrow(expect.objectContaining({ code: 'TABLE_WITHOUT_KEY' }))
    expect(() => changes(image, ['gone'])).toThrow(expect.objectContaining({ code: 'CHANGE_UNSUPPORTED' }))
    const nameless = { ...image, shape: { ...shape, primaryKey: undefined } }
    expect(() => changes(nameless)).toThrow(expect.objectContaining({ code: 'BINLOG_UNSUITABLE' }))
  })
})

it('versions sort as they follow each other, as text', () => {
  const versions = [
    { epoch: 1, transaction: 9, sequence: 100 },
    { epoch: 1, transaction: 10, sequence: 0 },
    { epoch: 1, transaction: 10, sequence: 2 },
    { epoch: 2, transaction: 0, sequence: 0 },
  ].map(versionOf)
  expect([...versions].sort()).toEqual(versions)
})
