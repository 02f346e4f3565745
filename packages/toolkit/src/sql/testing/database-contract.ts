import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { quotedTable } from '../identifiers.js'
import { numberIn, type SqlDatabase, type SqlDialect } from '../sql-database.js'
import { isDuplicateKey } from '../sql-errors.js'

/** One thing that the pieces rely on. Plain assertions, so that programs on any Node can run it, too. */
export interface ContractCheck {
  readonly name: string
  run<Transaction>(database: SqlDatabase<Transaction>): Promise<void>
}

const TABLE = 'contract "?" `?` of \'databases\''
const BYTES: Readonly<Record<SqlDialect, string>> = {
  mysql: 'VARBINARY(255)',
  postgres: 'BYTEA',
  sqlite: 'BLOB',
}
const LATER = 1_893_456_000_123

/** What every adapter of a database does, whichever library is behind it. */
export const databaseContract: readonly ContractCheck[] = [
  {
    name: 'gives back text, numbers, bytes and null as they were',
    run: async (database) => {
      const table = await emptyTable(database)
      const bytes = Uint8Array.of(0, 255, 39, 92)
      const text = '\u{1f9fe} ’ \' " \\ ? 订单'
      await database.transaction(async (transaction) => {
        await database.execute(transaction, `INSERT INTO ${table} VALUES (?, ?, ?)`, [bytes, text, LATER])
        await database.execute(transaction, `INSERT INTO ${table} VALUES (?, ?, ?)`, [
          Buffer.from('b'),
          null,
          null,
        ])
      })
      const { rows } = await database.transaction((transaction) =>
        database.execute(transaction, `SELECT id, name, at FROM ${table} WHERE name = ? AND at > ?`, [
          text,
          5,
        ]),
      )
      strictEqual(rows.length, 1)
      const [row] = rows
      deepStrictEqual(Buffer.from(row!.id as Uint8Array), Buffer.from(bytes))
      strictEqual(row!.name, text)
      strictEqual(numberIn(row!, 'at'), LATER)
      const nulls = await database.transaction((transaction) =>
        database.execute(transaction, `SELECT name, at FROM ${table} WHERE id = ?`, [Buffer.from('b')]),
      )
      deepStrictEqual([nulls.rows[0]!.name, nulls.rows[0]!.at], [null, null])
    },
  },
  {
    name: 'counts the rows a statement changed',
    run: async (database) => {
      const table = await emptyTable(database)
      const counts = await database.transaction(async (transaction) => {
        const run = async (sql: string, values: (string | number | Uint8Array)[]) =>
          (await database.execute(transaction, sql, values)).affectedRows
        return [
          await run(`INSERT INTO ${table} VALUES (?, ?, ?)`, [Buffer.from('a'), 'a', 1]),
          await run(`INSERT INTO ${table} VALUES (?, ?, ?)`, [Buffer.from('b'), 'b', 2]),
          await run(`UPDATE ${table} SET at = at + ? WHERE at < ?`, [10, 2]),
          await run(`UPDATE ${table} SET at = ? WHERE name = ?`, [5, 'nobody']),
          await run(`DELETE FROM ${table} WHERE at > ?`, [1]),
        ]
      })
      deepStrictEqual(counts, [1, 1, 1, 0, 2])
    },
  },
  {
    name: 'commits what resolves, with its result, and rolls back what rejects, with its error',
    run: async (database) => {
      const table = await emptyTable(database)
      const insert = (transaction: never, id: string) =>
        database.execute(transaction, `INSERT INTO ${table} VALUES (?, ?, ?)`, [Buffer.from(id), id, 1])
      const result = await database.transaction(async (transaction) => {
        await insert(transaction as never, 'kept')
        return 'result'
      })
      strictEqual(result, 'result')
      const reason = new Error('the coupon service is down')
      await rejects(
        database.transaction(async (transaction) => {
          await insert(transaction as never, 'gone')
          throw reason
        }),
        (error) => error === reason,
      )
      deepStrictEqual(await names(database, table), ['kept'])
    },
  },
  {
    name: 'tells a duplicate key from other errors, and goes on after it',
    run: async (database) => {
      const table = await emptyTable(database)
      const twice = database.transaction(async (transaction) => {
        for (const name of ['first', 'second']) {
          await database.execute(transaction, `INSERT INTO ${table} VALUES (?, ?, ?)`, [
            Buffer.from('same'),
            name,
            1,
          ])
        }
      })
      await rejects(twice, (error) => isDuplicateKey(error))
      const wrong = database.transaction((transaction) =>
        database.execute(transaction, 'SELECT x FROM no_such_table', []),
      )
      await rejects(wrong, (error) => !isDuplicateKey(error))
      deepStrictEqual(await names(database, table), [])
    },
  },
  {
    name: 'runs transactions that begin at the same time',
    run: async (database) => {
      const table = await emptyTable(database)
      await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          database.transaction((transaction) =>
            database.execute(transaction, `INSERT INTO ${table} VALUES (?, ?, ?)`, [
              Buffer.from(`id-${index}`),
              `name-${index}`,
              index,
            ]),
          ),
        ),
      )
      strictEqual((await names(database, table)).length, 8)
    },
  },
  {
    name: 'commits nothing, and says so, when work swallows the error of a statement',
    run: async (database) => {
      const table = await emptyTable(database)
      const insert = (transaction: never) =>
        database.execute(transaction, `INSERT INTO ${table} VALUES (?, ?, ?)`, [
          Buffer.from('same'),
          'one',
          1,
        ])
      const swallowing = database.transaction(async (transaction) => {
        await insert(transaction as never)
        await insert(transaction as never).catch(() => {})
      })
      if (database.dialect !== 'postgres') {
        // The others undo the failed statement alone.
        await swallowing
        deepStrictEqual(await names(database, table), ['one'])
        return
      }
      await rejects(swallowing)
      deepStrictEqual(await names(database, table), [])
    },
  },
]

async function emptyTable<Transaction>(database: SqlDatabase<Transaction>): Promise<string> {
  const table = quotedTable(database.dialect, TABLE)
  const charset = database.dialect === 'mysql' ? ' CHARACTER SET utf8mb4' : ''
  await database.transaction(async (transaction) => {
    await database.execute(transaction, `DROP TABLE IF EXISTS ${table}`, [])
    await database.execute(
      transaction,
      `CREATE TABLE ${table} (id ${BYTES[database.dialect]} PRIMARY KEY, name VARCHAR(100), at BIGINT)${charset}`,
      [],
    )
  })
  return table
}

async function names<Transaction>(database: SqlDatabase<Transaction>, table: string): Promise<unknown[]> {
  const { rows } = await database.transaction((transaction) =>
    database.execute(transaction, `SELECT name FROM ${table} ORDER BY name`, []),
  )
  ok(Array.isArray(rows))
  return rows.map(({ name }) => name)
}
