import { expect, it } from 'vitest'
import { columnValue } from './column-values.js'

it.each([
  [9007199254740993n, 'bigint', '9007199254740993'],
  [5, 'bigint unsigned', '5'],
  ['12.50', 'decimal(10,2)', '12.50'],
  [Math.fround(0.1), 'float', 0.1],
  [Math.fround(16777217), 'float', 16777216],
  ['1.5', 'double', 1.5],
  [Buffer.from([0x80, 1]), 'bit(16)', '32769'],
  [Buffer.from([0, 255]), 'varbinary(2)', 'AP8='],
  [1900, 'year', 0],
  ['2026', 'year', 2026],
  [undefined, "enum('a')", ''],
  ['{"a": 1}', 'json', '{"a": 1}'],
  [null, 'int', null],
])('writes %s of %s as %s', (value, type, expected) => {
  expect(columnValue(value, type)).toBe(expected)
})

it('refuses a text that nobody can read', () => {
  expect(() => columnValue(Buffer.from('a'), 'varchar(10)')).toThrow(TypeError)
})
