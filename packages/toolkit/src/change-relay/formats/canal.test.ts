import { describe, expect, it } from 'vitest'
import type { Change } from '../changes/change.js'
import { toCanal } from './canal.js'
import { canalSqlType } from './canal-types.js'

const columns = {
  id: 'bigint unsigned',
  name: 'varchar(20)',
  price: 'decimal(10,2)',
  weight: 'double',
  photo: 'blob',
  note: 'text',
  paid_at: 'datetime(3)',
  state: "enum('new','it''s paid')",
  tags: "set('a','b','c')",
  year: 'year',
  small: 'tinyint unsigned',
}

const row = {
  id: '18446744073709551615',
  name: '漢字',
  price: '12.50',
  weight: 10_000_000,
  photo: Buffer.from([0, 255]).toString('base64'),
  note: null,
  paid_at: '2026-01-02 03:04:05.678',
  state: "it's paid",
  tags: 'a,c',
  year: 0,
  small: 200,
}

function change(type: Change['type'], { before, after }: Pick<Change, 'before' | 'after'>): Change {
  return {
    database: 'shop',
    table: 'orders',
    type,
    before,
    after,
    key: { id: row.id },
    columns,
    version: '',
    transaction: '0-1-7',
    sequence: 0,
    position: 'binlog.1:4',
    timestamp: 1_767_322_000_000,
  }
}

// The fields and values follow Canal's sources: MQMessageUtils.messageConverter, LogEventConvert.parseOneRow,
// RowsLogBuffer.fetchValue, and fastjson2, which writes fields by name and nulls.
describe("Canal's flat message", () => {
  it('of an update is what Canal writes, byte by byte', () => {
    const before = { ...row, price: '11.00', note: 'x' }
    const canal = toCanal(change('update', { before, after: row }), { id: 3, now: 1_767_322_001_000 })
    expect(JSON.stringify(canal)).toBe(
      '{"data":[{"id":"18446744073709551615","name":"漢字","price":"12.50","weight":"1.0E7","photo":"\\u0000ÿ",' +
        '"note":null,"paid_at":"2026-01-02 03:04:05.678","state":"2","tags":"5","year":"0000","small":"200"}],' +
        '"database":"shop","es":1767322000000,"gtid":"0-1-7","id":3,"isDdl":false,' +
        '"mysqlType":{"id":"bigint unsigned","name":"varchar(20)","price":"decimal(10,2)","weight":"double",' +
        '"photo":"blob","note":"text","paid_at":"datetime(3)","state":"enum(\'new\',\'it\'\'s paid\')",' +
        '"tags":"set(\'a\',\'b\',\'c\')","year":"year","small":"tinyint unsigned"},' +
        '"old":[{"price":"11.00","note":"x"}],"pkNames":["id"],"sql":"",' +
        '"sqlType":{"id":3,"name":12,"price":3,"weight":8,"photo":2004,"note":2005,"paid_at":93,"state":4,"tags":-7,' +
        '"year":12,"small":5},"table":"orders","ts":1767322001000,"type":"UPDATE"}',
    )
  })

  it('has the row as it was for a delete, and an INSERT for a row of a snapshot', () => {
    const gone = toCanal(change('delete', { before: row, after: null }), { id: 1, now: 0 })
    expect(gone).toMatchObject({ type: 'DELETE', old: null, data: [{ name: '漢字' }] })
    const there = toCanal(change('snapshot', { before: null, after: row }), { id: 1, now: 0 })
    expect(there).toMatchObject({ type: 'INSERT', old: null, data: [{ name: '漢字' }] })
  })

  it.each([
    [1, '1.0'],
    [0.1, '0.1'],
    [-1.5, '-1.5'],
    [9_999_999, '9999999.0'],
    [12_345_678.9, '1.23456789E7'],
    [0.0001, '1.0E-4'],
    [1e300, '1.0E300'],
    [0, '0.0'],
  ])('has the number %s as Java writes it, %s', (weight, text) => {
    const canal = toCanal(change('insert', { before: null, after: { ...row, weight } }), { id: 1, now: 0 })
    expect(canal.data?.[0]?.weight).toBe(text)
  })

  it.each([
    ['int unsigned', '2147483648', -5],
    ['int unsigned', '2147483647', 4],
    ['mediumint unsigned', '8388608', 4],
    ['smallint unsigned', '40000', 4],
    ['set(1)', null, -2],
    ['json', null, 1111],
    ['json', '{}', 12],
    ['timestamp', '2026-01-02 03:04:05', 93],
    ['varbinary(3)', '', 2004],
    ['longtext', '', 2005],
    ['float', '1.0', 7],
  ])('gives %s with %s the number %i', (type, value, expected) => {
    expect(canalSqlType(type, value)).toBe(expected)
  })
})
