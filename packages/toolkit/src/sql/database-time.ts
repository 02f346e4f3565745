import type { SqlDialect } from './sql-database.js'

/**
 * Milliseconds since the epoch by the database's clock, which all processes share: a process whose own clock is wrong
 * takes nothing from another one, and deletes nothing too early.
 */
export const databaseTime: Readonly<Record<SqlDialect, string>> = {
  mysql: 'CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)',
  postgres: 'CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)',
  sqlite: "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
}
