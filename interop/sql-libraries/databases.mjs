// Opens a database through each library that rocketeer/sql has an adapter for: `open(library, where, installed)`.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import * as adapters from '../../packages/toolkit/dist/sql/index.js'

/** By library and, where it has several, dialect; each resolves to the database and a function that closes it. */
const libraries = {
  mysql2: ({ load, url }) => {
    const pool = load('mysql2/promise').createPool(url)
    return { database: adapters.mysql2Database(pool), close: () => pool.end() }
  },
  'mysql2-connection': async ({ load, url }) => {
    const connection = await load('mysql2/promise').createConnection(url)
    return { database: adapters.mysql2Database(connection), close: () => connection.end() }
  },
  pg: ({ load, url }) => {
    const pool = new (load('pg').Pool)({ connectionString: url })
    return { database: adapters.pgDatabase(pool), close: () => pool.end() }
  },
  'pg-client': async ({ load, url }) => {
    const client = new (load('pg').Client)({ connectionString: url })
    await client.connect()
    return { database: adapters.pgDatabase(client), close: () => client.end() }
  },
  'node-sqlite': ({ load, file }) => sqlite(new (load('node:sqlite').DatabaseSync)(file)),
  'better-sqlite3': ({ load, file }) => sqlite(new (load('better-sqlite3'))(file)),
  'kysely-mysql2': ({ load, url }) => {
    const { Kysely, MysqlDialect, CamelCasePlugin } = load('kysely')
    const pool = load('mysql2').createPool(url)
    const kysely = new Kysely({ dialect: new MysqlDialect({ pool }), plugins: [new CamelCasePlugin()] })
    return { database: adapters.kyselyDatabase(kysely, { dialect: 'mysql' }), close: () => kysely.destroy() }
  },
  'kysely-pg': ({ load, url }) => {
    const { Kysely, PostgresDialect, CamelCasePlugin } = load('kysely')
    const pool = new (load('pg').Pool)({ connectionString: url })
    const kysely = new Kysely({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] })
    return {
      database: adapters.kyselyDatabase(kysely, { dialect: 'postgres' }),
      close: () => kysely.destroy(),
    }
  },
  'kysely-better-sqlite3': ({ load, file }) => {
    const { Kysely, SqliteDialect } = load('kysely')
    const kysely = new Kysely({
      dialect: new SqliteDialect({ database: new (load('better-sqlite3'))(file) }),
    })
    return { database: adapters.kyselyDatabase(kysely, { dialect: 'sqlite' }), close: () => kysely.destroy() }
  },
  'drizzle-mysql2': ({ load, url }) => {
    const pool = load('mysql2/promise').createPool(url)
    const drizzle = load('drizzle-orm/mysql2').drizzle(pool)
    const { sql } = load('drizzle-orm')
    return { database: adapters.drizzleDatabase(drizzle, { dialect: 'mysql', sql }), close: () => pool.end() }
  },
  'drizzle-pg': ({ load, url }) => {
    const pool = new (load('pg').Pool)({ connectionString: url })
    const drizzle = load('drizzle-orm/node-postgres').drizzle(pool)
    const { sql } = load('drizzle-orm')
    return {
      database: adapters.drizzleDatabase(drizzle, { dialect: 'postgres', sql }),
      close: () => pool.end(),
    }
  },
  'drizzle-better-sqlite3': ({ load, file }) => {
    const connection = new (load('better-sqlite3'))(file)
    const drizzle = load('drizzle-orm/better-sqlite3').drizzle(connection)
    const { sql } = load('drizzle-orm')
    return {
      database: adapters.drizzleDatabase(drizzle, { dialect: 'sqlite', sql }),
      close: () => connection.close(),
    }
  },
  'knex-mysql2': ({ load, url }) => knex(load, { client: 'mysql2', connection: url }, 'mysql'),
  'knex-pg': ({ load, url }) => knex(load, { client: 'pg', connection: url }, 'postgres'),
  'knex-better-sqlite3': ({ load, file }) => {
    const connection = { filename: file }
    return knex(load, { client: 'better-sqlite3', connection, useNullAsDefault: true }, 'sqlite')
  },
  'prisma-mysql': ({ load, url }) => {
    const { hostname: host, port, username: user, pathname } = new URL(url)
    const { PrismaMariaDb } = load('@prisma/adapter-mariadb')
    const adapter = new PrismaMariaDb({ host, port: Number(port), user, database: pathname.slice(1) })
    return prisma(load('./client-mysql'), adapter, 'mysql')
  },
  'prisma-pg': ({ load, url }) => {
    const { PrismaPg } = load('@prisma/adapter-pg')
    return prisma(load('./client-postgresql'), new PrismaPg({ connectionString: url }), 'postgres')
  },
  'typeorm-mysql2': ({ load, url }) => typeorm(load, { type: 'mysql', url }),
  'typeorm-pg': ({ load, url }) => typeorm(load, { type: 'postgres', url }),
  'typeorm-better-sqlite3': ({ load, file }) => typeorm(load, { type: 'better-sqlite3', database: file }),
}

export async function open(library, where, installed) {
  const load = createRequire(join(installed, 'package.json'))
  return libraries[library]({ load, url: where, file: where })
}

function sqlite(connection) {
  return { database: adapters.sqliteDatabase(connection), close: () => connection.close() }
}

function knex(load, options, dialect) {
  const database = load('knex')(options)
  return { database: adapters.knexDatabase(database, { dialect }), close: () => database.destroy() }
}

function prisma({ PrismaClient }, adapter, dialect) {
  const client = new PrismaClient({ adapter })
  return { database: adapters.prismaDatabase(client, { dialect }), close: () => client.$disconnect() }
}

async function typeorm(load, options) {
  const dataSource = new (load('typeorm').DataSource)(options)
  await dataSource.initialize()
  return { database: adapters.typeormDatabase(dataSource), close: () => dataSource.destroy() }
}
