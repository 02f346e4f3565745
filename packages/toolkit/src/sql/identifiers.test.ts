import { expect, it } from 'vitest'
import { quoted, quotedTable } from './identifiers.js'

it('quotes names as each dialect does, quotes in them included', () => {
  expect(quoted('mysql', 'a`b"c')).toBe('`a``b"c`')
  expect(quoted('postgres', 'a`b"c')).toBe('"a`b""c"')
  expect(quoted('sqlite', 'drop table x; --')).toBe('"drop table x; --"')
})

it('quotes schema and table of a name apart', () => {
  expect(quotedTable('postgres', 'shop.inbox')).toBe('"shop"."inbox"')
  expect(quotedTable('mysql', 'inbox')).toBe('`inbox`')
})
