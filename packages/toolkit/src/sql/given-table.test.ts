import { expect, it } from 'vitest'
import { givenTable } from './given-table.js'
import type { SqlDialect } from './sql-database.js'

const given = (table: string, dialect: SqlDialect, ending = '_leases') =>
  givenTable(table, { dialect, piece: 'Outbox', ending })

it('takes whatever a database takes', () => {
  for (const name of ['order', 'a "b" `c` ?', 'shop.order', '单', "'; DROP TABLE orders; --", ' x'])
    for (const dialect of ['mysql', 'postgres', 'sqlite'] as const) expect(given(name, dialect)).toBe(name)
  expect(given('x'.repeat(57), 'mysql')).toHaveLength(57)
  expect(given(`shop.${'x'.repeat(56)}`, 'postgres')).toHaveLength(61)
  expect(given('🧾'.repeat(100), 'sqlite')).toHaveLength(200)
})

it.each<[string, SqlDialect, RegExp]>([
  ['', 'mysql', /a name is needed/],
  ['shop.', 'sqlite', /a name is needed/],
  ['a.b.c', 'postgres', /without further dots/],
  ['a\0', 'sqlite', /no database takes a zero/],
  ['\ud83e', 'postgres', /half a character/],
  ['orders ', 'mysql', /no space at the end/],
  ['🧾', 'mysql', /no characters beyond/],
  [
    'x'.repeat(58),
    'mysql',
    /64 characters, and names are made of it such as "…_leases": 57 are left, not 58/,
  ],
  // PostgreSQL would make one name of the table and its leases.
  ['单'.repeat(19), 'postgres', /63 bytes, .*56 are left, not 57/],
  [`${'s'.repeat(64)}.orders`, 'postgres', /63 bytes: 63 are left, not 64/],
])('refuses %j with %s', (table, dialect, reason) => {
  expect(() => given(table, dialect)).toThrow(reason)
  expect(() => given(table, dialect)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
})
