import { adapterOptions } from './adapter-options.js'
import { commitable } from './commitable.js'
import { givenLibrary } from './given-database.js'
import type { SqlDatabase, SqlDialect, SqlRow } from './sql-database.js'
import { givenValues, numbered } from './statements.js'

/** A transaction of `kysely`, as far as it is used here. */
export interface KyselyTransaction {
  withoutPlugins(): {
    // biome-ignore lint/suspicious/noExplicitAny: kysely's compiled queries hold a syntax tree that is not made here.
    executeQuery(query: any): Promise<{ readonly rows: unknown[]; readonly numAffectedRows?: bigint }>
  }
}

/** A `Kysely` object. */
export interface KyselyDatabase<Transaction extends KyselyTransaction> {
  transaction(): {
    execute<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>
  }
}

/** Any database through `kysely`; transactions are its `Transaction` objects. */
export function kyselyDatabase<Transaction extends KyselyTransaction>(
  kysely: KyselyDatabase<Transaction>,
  options: { dialect: SqlDialect },
): SqlDatabase<Transaction> {
  givenLibrary(kysely, 'kyselyDatabase')
  const { dialect } = adapterOptions(options, 'kyselyDatabase', {})
  return commitable({
    dialect,
    transaction: (work) => kysely.transaction().execute(work),
    execute: async (transaction, sql, values) => {
      const text = dialect === 'postgres' ? numbered(sql) : sql
      // What `CompiledQuery.raw` makes. Plugins may rename the columns of what the pieces read.
      const query = { kind: 'RawNode', sqlFragments: [text], parameters: [] }
      const compiled = {
        sql: text,
        parameters: givenValues(values),
        query,
        queryId: { queryId: 'rocketeer' },
      }
      const { rows, numAffectedRows } = await transaction.withoutPlugins().executeQuery(compiled)
      return { rows: rows as SqlRow[], affectedRows: Number(numAffectedRows ?? 0) }
    },
  })
}
