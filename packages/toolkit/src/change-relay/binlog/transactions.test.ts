import { beforeEach, describe, expect, it } from 'vitest'
import type { BinlogEvent } from '../source/binlog-events.js'
import { Transactions } from './transactions.js'

type Fields = Record<string, unknown>

const COLUMNS = [
  { COLUMN_NAME: 'id', COLUMN_TYPE: 'int' },
  { COLUMN_NAME: 'name', COLUMN_TYPE: 'varchar(10)' },
]

/** An event as the library gives it. */
function event(name: string, fields: Fields = {}): BinlogEvent {
  const base = { timestamp: 1_000, nextPosition: 100, size: 50, getTypeName: () => name }
  return { ...base, ...fields } as BinlogEvent
}

const group = (gtid: string, standalone = false) => event('MariadbGtid', { gtid, standalone })
const query = (sql: string) => event('Query', { query: sql, schema: 'shop' })
const table = () =>
  event('TableMap', {
    tableId: 7,
    schemaName: 'shop',
    tableName: 'orders',
    columnNames: ['id', 'name'],
    primaryKey: [0],
  })
const write = (...ids: number[]) =>
  event('WriteRows', {
    tableId: 7,
    rows: ids.map((id) => ({ id, name: 'x' })),
    tableMap: { 7: { columnSchemas: COLUMNS } },
    numberOfColumns: 2,
    columns_present_bitmap: Uint8Array.of(0b11),
  })
const commit = (nextPosition = 200) => event('Xid', { nextPosition })

describe('transactions', () => {
  let told: unknown[]
  let transactions: Transactions

  beforeEach(() => {
    told = []
    transactions = reading()
  })

  function reading(committed?: string): Transactions {
    return new Transactions({
      rowsMax: 3,
      bytesMax: 1_000,
      file: () => 'log.1',
      committed,
      sink: {
        begin: ({ id }) => told.push(`begin ${id}`),
        rows: (rows) => told.push(rows.map(({ type, after }) => `${type} ${after?.id}`).join(', ')),
        end: (offset) => told.push(`end ${offset}`),
        statement: ({ kind, tables: names }) => told.push(`${kind} ${names.join(' ')}`),
        tooLong: ({ id }) => told.push(`too long ${id}`),
      },
    })
  }

  function take(...events: BinlogEvent[]): void {
    for (const each of events) transactions.take(each)
  }

  it('passes rows on when their commit was read, not before', () => {
    take(group('0-1-1'), table(), write(1, 2))
    expect(told).toEqual([])
    take(commit())
    expect(told).toEqual(['begin 0-1-1', 'insert 1, insert 2', 'end 200'])
  })

  it('drops what a crash of the server left without a commit', () => {
    take(group('0-1-1'), table(), write(1), event('Format'), group('0-1-1'), table(), write(2), commit())
    expect(told).toEqual(['begin 0-1-1', 'insert 2', 'end 200'])
  })

  it('drops rows that were rolled back, all or to a savepoint', () => {
    take(group('0-1-1'), table(), write(1), query('ROLLBACK'))
    take(
      group('0-1-2'),
      table(),
      write(2),
      query('SAVEPOINT `a`'),
      write(3),
      query('ROLLBACK TO `a`'),
      write(4),
      commit(),
    )
    expect(told.filter((each) => /insert/.test(String(each)))).toEqual(['insert 2, insert 4'])
  })

  it('counts transactions that concern no relayed table', () => {
    take(group('0-1-1'), commit(), group('0-1-2'), commit(300))
    expect(told).toEqual(['begin 0-1-1', 'end 200', 'begin 0-1-2', 'end 300'])
  })

  it('names a transaction without a GTID by where it begins', () => {
    take(
      event('AnonymousGtid', { gtid: ':0', nextPosition: 120 }),
      query('BEGIN'),
      table(),
      write(1),
      commit(),
    )
    expect(told[0]).toBe('begin log.1:120')
  })

  it('asks for a transaction that is too long to be read again, and passes it on as it comes then', () => {
    const events = [group('0-1-1'), table(), write(1, 2), write(3, 4), write(5), commit()]
    take(...events)
    expect(told).toEqual(['too long 0-1-1'])
    told = []
    transactions = reading('0-1-1')
    take(...events)
    expect(told).toEqual(['begin 0-1-1', 'insert 1, insert 2', 'insert 3, insert 4', 'insert 5', 'end 200'])
  })

  it('tells of statements, whose end has no place to go on from', () => {
    take(group('0-1-1', true), query('TRUNCATE TABLE orders'))
    expect(told).toEqual(['begin 0-1-1', 'truncate shop.orders', 'end 0'])
  })

  it('takes the rows of CREATE TABLE … SELECT with their commit', () => {
    take(group('0-1-1'), query('CREATE TABLE orders (id INT)'), table(), write(1), commit())
    expect(told).toEqual(['begin 0-1-1', 'other ', 'insert 1', 'end 200'])
  })

  it('knows columns and key as they were when the event was written', () => {
    const shapes: unknown[] = []
    transactions = new Transactions({
      rowsMax: 3,
      bytesMax: 1_000,
      file: () => 'log.1',
      sink: { begin() {}, end() {}, statement() {}, tooLong() {}, rows: ([row]) => shapes.push(row?.shape) },
    })
    take(group('0-1-1'), table(), write(1), commit())
    const columns = { id: 'int', name: 'varchar(10)' }
    expect(shapes).toEqual([{ database: 'shop', table: 'orders', columns, primaryKey: ['id'] }])
  })

  it('refuses rows that lack columns, and XA transactions, whose fate is open', () => {
    const partial = event('WriteRows', { ...write(1), columns_present_bitmap: Uint8Array.of(0b01) })
    take(group('0-1-1'), table())
    expect(() => take(partial)).toThrow(expect.objectContaining({ code: 'BINLOG_UNSUITABLE' }))
    take(group('0-1-2'), query("XA START X'31'"), table(), write(1), query("XA END X'31'"))
    expect(() => take(event('XaPrepare'))).toThrow(expect.objectContaining({ code: 'CHANGE_UNSUPPORTED' }))
  })
})
