export type { SqlDatabase, SqlDialect, SqlParameter, SqlResult, SqlRow } from './sql-database.js'
