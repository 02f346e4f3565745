// Compiled, not run: the objects of each library are taken as they are, and a transaction keeps its type.

import type {
  drizzleDatabase as Drizzle,
  knexDatabase as Knex,
  kyselyDatabase as KyselyAdapter,
  mysql2Database as Mysql2,
  pgDatabase as Pg,
  prismaDatabase as Prisma,
  SqlDatabase,
  sqliteDatabase as Sqlite,
  typeormDatabase as Typeorm,
} from 'TOOLKIT/sql/index.js'
import { DatabaseSync } from 'node:sqlite'
import Better from 'better-sqlite3'
import { sql } from 'drizzle-orm'
import { drizzle as drizzleSqlite } from 'drizzle-orm/better-sqlite3'
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2'
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import knex from 'knex'
import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { DataSource, type EntityManager } from 'typeorm'
import type { PrismaClient } from './client-postgresql/index.js'

declare const mysql2Database: typeof Mysql2
declare const pgDatabase: typeof Pg
declare const sqliteDatabase: typeof Sqlite
declare const kyselyDatabase: typeof KyselyAdapter
declare const drizzleDatabase: typeof Drizzle
declare const knexDatabase: typeof Knex
declare const prismaDatabase: typeof Prisma
declare const typeormDatabase: typeof Typeorm

interface Schema {
  coupons: { order: string }
}

const pool = mysql.createPool('')
export const a: SqlDatabase<mysql.PoolConnection> = mysql2Database(pool)
export const b: SqlDatabase<mysql.Connection> = mysql2Database(await mysql.createConnection(''))
export const c: SqlDatabase<pg.PoolClient> = pgDatabase(new pg.Pool())
export const d: SqlDatabase<pg.Client> = pgDatabase(new pg.Client())
export const e: SqlDatabase<Better.Database> = sqliteDatabase(new Better(''))
export const f: SqlDatabase<DatabaseSync> = sqliteDatabase(new DatabaseSync(''))
const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: new pg.Pool() }) })
export const g: SqlDatabase<Transaction<Schema>> = kyselyDatabase(kysely, { dialect: 'postgres' })
export const h: SqlDatabase<EntityManager> = typeormDatabase(new DataSource({ type: 'postgres' }))

// What these libraries call their transactions is long, so they are used instead.
drizzleDatabase(drizzleMysql(pool), { dialect: 'mysql', sql }).transaction(async (tx) =>
  tx.execute(sql`SELECT 1`),
)
drizzleDatabase(drizzlePg(new pg.Pool()), { dialect: 'postgres', sql }).transaction(async (tx) =>
  tx.select({ one: sql`1` }),
)
drizzleDatabase(drizzleSqlite(new Better('')), { dialect: 'sqlite', sql }).transaction(async (tx) =>
  tx.run(sql`SELECT 1`),
)
knexDatabase(knex({}), { dialect: 'mysql' }).transaction(async (trx) => trx('coupons').insert({ order: '1' }))
declare const prisma: PrismaClient
prismaDatabase(prisma, { dialect: 'postgres' }).transaction(async (tx) =>
  tx.effect.create({ data: { id: '1' } }),
)
