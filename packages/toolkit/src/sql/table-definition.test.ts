import sqlite from 'node-sqlite3-wasm'
import { expect, it } from 'vitest'
import { definitionsOf } from './table-definition.js'

const table = {
  table: 'shop.letters',
  columns: ['id INTEGER NOT NULL PRIMARY KEY', 'at BIGINT NOT NULL'],
  indexes: { at: 'at, id' },
}

it('puts indexes where each dialect has them', () => {
  expect(definitionsOf('mysql', table)).toEqual([
    'CREATE TABLE IF NOT EXISTS `shop`.`letters` (\n  id INTEGER NOT NULL PRIMARY KEY,\n  at BIGINT NOT NULL,\n' +
      '  INDEX `letters_at` (at, id)\n) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  ])
  expect(definitionsOf('postgres', table)[1]).toBe(
    'CREATE INDEX IF NOT EXISTS "letters_at" ON "shop"."letters" (at, id)',
  )
})

it('makes tables of odd names in another schema of SQLite, once', () => {
  const connection = new sqlite.Database()
  connection.exec(`ATTACH ':memory:' AS shop`)
  const odd = { ...table, table: 'shop.odd "name"' }
  for (const definition of [...definitionsOf('sqlite', odd), ...definitionsOf('sqlite', odd)])
    connection.exec(definition)
  const made = connection.all(
    "SELECT name FROM shop.sqlite_master WHERE type IN ('table', 'index') ORDER BY name",
  )
  expect(made.map(({ name }) => name)).toEqual(['odd "name"', 'odd "name"_at'])
  connection.close()
})
