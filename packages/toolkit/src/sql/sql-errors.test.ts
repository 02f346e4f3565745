import { expect, it } from 'vitest'
import { isConflict, isConnectionLost, isDuplicateKey, isTableMissing } from './sql-errors.js'

const error = (facts: object) => Object.assign(new Error('?'), facts)

it.each([
  ['mysql2', error({ code: 'ER_DUP_ENTRY', errno: 1062 })],
  ['pg', error({ code: '23505' })],
  ['better-sqlite3', error({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' })],
  ['node:sqlite', error({ code: 'ERR_SQLITE_ERROR', errcode: 2067 })],
  ['node-sqlite3-wasm', new Error('UNIQUE constraint failed: t.id')],
  ['TypeORM', error({ driverError: error({ code: '23505' }) })],
  ['Drizzle', new Error('Failed query', { cause: error({ errno: 1062 }) })],
  ['Prisma', error({ code: 'P2010', meta: { driverAdapterError: { cause: { originalCode: '1062' } } } })],
])('knows a duplicate key of %s', (_, thrown) => {
  expect(isDuplicateKey(thrown)).toBe(true)
  expect(isConflict(thrown)).toBe(false)
  expect(isConnectionLost(thrown)).toBe(false)
})

it.each([
  ['a deadlock of MySQL', error({ errno: 1213 })],
  ['a lock not had in time', error({ errno: 1205 })],
  ['a serialization failure', error({ code: '40001' })],
  ['a busy SQLite', error({ code: 'SQLITE_BUSY' })],
  ['a busy SQLite of the other driver', new Error('database is locked')],
])('knows %s as a conflict', (_, thrown) => {
  expect(isConflict(thrown)).toBe(true)
  expect(isDuplicateKey(thrown)).toBe(false)
})

it.each([
  ['mysql2', error({ code: 'ER_NO_SUCH_TABLE', errno: 1146 })],
  ['pg', error({ code: '42P01' })],
  ['SQLite', error({ code: 'ERR_SQLITE_ERROR', errcode: 1, message: 'no such table: outbox' })],
  ['Drizzle', new Error('Failed query', { cause: error({ code: '42P01' }) })],
])('knows a table that is missing, by %s', (_, thrown) => {
  expect(isTableMissing(thrown)).toBe(true)
  expect(isConflict(thrown)).toBe(false)
})

it('knows a lost connection, also when Node tried several addresses', () => {
  expect(isConnectionLost(error({ code: 'ECONNRESET' }))).toBe(true)
  expect(isConnectionLost(error({ code: '57P01' }))).toBe(true)
  expect(isConnectionLost(new AggregateError([error({ code: 'ECONNREFUSED' })]))).toBe(true)
  expect(isConnectionLost(new Error('Connection terminated unexpectedly'))).toBe(true)
})

it('takes anything that was thrown, and an error that is its own cause', () => {
  const own = error({})
  own.cause = own
  for (const thrown of [undefined, null, 'text', 5, new Error('syntax error'), own]) {
    expect([isDuplicateKey(thrown), isConflict(thrown), isConnectionLost(thrown)]).toEqual([
      false,
      false,
      false,
    ])
  }
})
