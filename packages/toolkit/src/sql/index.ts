export {
  type DrizzleDatabase,
  type DrizzleOptions,
  type DrizzleSql,
  type DrizzleSqlite,
  type DrizzleTransaction,
  drizzleDatabase,
} from './drizzle-database.js'
export { type KnexDatabase, type KnexTransaction, knexDatabase } from './knex-database.js'
export { type KyselyDatabase, type KyselyTransaction, kyselyDatabase } from './kysely-database.js'
export {
  type Mysql2Connection,
  type Mysql2Pool,
  type Mysql2PoolConnection,
  mysql2Database,
} from './mysql2-database.js'
export { type PgClient, type PgPool, type PgPoolClient, type PgResult, pgDatabase } from './pg-database.js'
export {
  type PrismaDatabase,
  type PrismaOptions,
  type PrismaTransaction,
  prismaDatabase,
} from './prisma-database.js'
export type { SqlDatabase, SqlDialect, SqlParameter, SqlResult, SqlRow } from './sql-database.js'
export { isConflict, isConnectionLost, isDuplicateKey } from './sql-errors.js'
export {
  type PreparingSqlite,
  type SqliteOptions,
  sqliteDatabase,
  type WasmSqlite,
} from './sqlite-database.js'
export { type TypeormDatabase, type TypeormManager, typeormDatabase } from './typeorm-database.js'
