import { toolkitErrors } from '../errors.js'
import { commitable } from './commitable.js'
import { givenLibrary } from './given-database.js'
import type { SqlDatabase, SqlDialect, SqlRow } from './sql-database.js'
import { givenValues, numbered } from './statements.js'
import { inTurn } from './turns.js'

/** An `EntityManager` of TypeORM in a transaction, as far as it is used here. */
export interface TypeormManager {
  readonly queryRunner?: {
    query(
      sql: string,
      values: unknown[],
      structured: true,
    ): Promise<{ readonly records: unknown[]; readonly affected?: number }>
  }
}

/** A `DataSource` of TypeORM. */
export interface TypeormDatabase<Manager extends TypeormManager> {
  readonly options: { readonly type: string }
  transaction<Result>(work: (manager: Manager) => Promise<Result>): Promise<Result>
}

/** Any database through TypeORM; transactions are the entity managers that `dataSource.transaction` gives. */
export function typeormDatabase<Manager extends TypeormManager>(
  dataSource: TypeormDatabase<Manager>,
): SqlDatabase<Manager> {
  givenLibrary(dataSource, 'typeormDatabase')
  const dialect = dialectOf(dataSource.options.type)
  return commitable({
    dialect,
    // With SQLite it has one connection, and begins transactions in each other.
    transaction: (work) =>
      dialect === 'sqlite'
        ? inTurn(dataSource, () => dataSource.transaction(work))
        : dataSource.transaction(work),
    execute: async (manager, sql, values) => {
      const text = dialect === 'postgres' ? numbered(sql) : sql
      const { records = [], affected = 0 } = await runnerOf(manager).query(text, givenValues(values), true)
      return { rows: records as SqlRow[], affectedRows: affected }
    },
  })
}

/** TypeORM runs statements outside any transaction through managers that have no query runner. */
function runnerOf(manager: TypeormManager): NonNullable<TypeormManager['queryRunner']> {
  if (manager.queryRunner) return manager.queryRunner
  throw toolkitErrors.TRANSACTION_MISSING({ wanted: 'the entity manager of dataSource.transaction' })
}

function dialectOf(type: string): SqlDialect {
  if (/mysql|mariadb/.test(type)) return 'mysql'
  return /postgres|cockroach/.test(type) ? 'postgres' : 'sqlite'
}
