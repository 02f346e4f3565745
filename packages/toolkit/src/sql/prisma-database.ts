import { option } from '@rocketeer/foundation'
import { adapterOptions } from './adapter-options.js'
import { commitable } from './commitable.js'
import { givenLibrary } from './given-database.js'
import type { SqlDatabase, SqlDialect, SqlRow } from './sql-database.js'
import { givesRows } from './sqlite-database.js'
import { givenValues, numbered } from './statements.js'

/** A transaction of Prisma, as far as it is used here. */
export interface PrismaTransaction {
  // biome-ignore lint/suspicious/noExplicitAny: Prisma takes any values and has a promise of its own.
  $executeRawUnsafe(sql: string, ...values: any[]): PromiseLike<number>
  // biome-ignore lint/suspicious/noExplicitAny: Prisma takes any values and has a promise of its own.
  $queryRawUnsafe(sql: string, ...values: any[]): PromiseLike<any>
}

/** A `PrismaClient`. */
export interface PrismaDatabase<Transaction extends PrismaTransaction> {
  $transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options: { timeout: number; maxWait: number },
  ): Promise<Result>
}

/** What `prismaDatabase` is told. */
export interface PrismaOptions {
  /** Of the database behind Prisma. */
  dialect: SqlDialect
  /** How long a transaction may take, 60,000 ms. Prisma's own default of 5 s is short for a handler. */
  timeoutMs?: number | undefined
  /** How long a transaction waits for a connection, 10,000 ms. Prisma's own default is 2 s. */
  connectTimeoutMs?: number | undefined
}

/** Any database through Prisma; transactions are the clients that `$transaction` gives. */
export function prismaDatabase<Transaction extends PrismaTransaction>(
  prisma: PrismaDatabase<Transaction>,
  options: PrismaOptions,
): SqlDatabase<Transaction> {
  givenLibrary(prisma, 'prismaDatabase')
  const { dialect, timeoutMs, connectTimeoutMs } = adapterOptions(options, 'prismaDatabase', {
    timeoutMs: option.milliseconds().default(60_000),
    connectTimeoutMs: option.milliseconds().default(10_000),
  })
  return commitable({
    dialect,
    transaction: (work) => prisma.$transaction(work, { timeout: timeoutMs, maxWait: connectTimeoutMs }),
    execute: async (transaction, sql, values) => {
      const text = dialect === 'postgres' ? numbered(sql) : sql
      if (givesRows(sql)) {
        const rows: SqlRow[] = await transaction.$queryRawUnsafe(text, ...givenValues(values))
        return { rows, affectedRows: 0 }
      }
      return { rows: [], affectedRows: await transaction.$executeRawUnsafe(text, ...givenValues(values)) }
    },
  })
}
