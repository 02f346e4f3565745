import sqlite from 'node-sqlite3-wasm'
import { describe, it } from 'vitest'
import { sqliteDatabase } from '../sql/index.js'
import { tablesContract } from './tables-contract.js'

describe('in SQLite', () => {
  it.each(tablesContract)('$name', async ({ run }) => {
    const connection = new sqlite.Database()
    await run(sqliteDatabase(connection))
    connection.close()
  })
})
