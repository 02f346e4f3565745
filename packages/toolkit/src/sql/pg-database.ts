import { toolkitErrors } from '../errors.js'
import { givenLibrary } from './given-database.js'
import type { SqlDatabase, SqlResult, SqlRow } from './sql-database.js'
import { givenValues, numbered } from './statements.js'
import { inTurn } from './turns.js'

const WANTED = 'the client on which it was begun, not the pool'

/** A client of `pg`, as far as it is used here. */
export interface PgClient {
  query(sql: string, values: unknown[]): Promise<PgResult>
}

/** What `pg` gives for a statement. */
export interface PgResult {
  readonly rows: unknown[]
  readonly rowCount: number | null
}

/** A client from a pool. */
export interface PgPoolClient extends PgClient {
  release(destroy?: boolean): void
}

/** A pool of `pg`. */
export interface PgPool<Client extends PgPoolClient> {
  readonly totalCount: number
  connect(): Promise<Client>
}

/**
 * PostgreSQL through `pg`: a `Pool`, of which each transaction takes a client, or one connected `Client`, on which
 * transactions wait for each other.
 */
export function pgDatabase<Client extends PgPoolClient>(pool: PgPool<Client>): SqlDatabase<Client>
export function pgDatabase<Client extends PgClient>(client: Client): SqlDatabase<Client>
export function pgDatabase(source: PgPool<PgPoolClient> | PgClient): SqlDatabase<PgClient> {
  givenLibrary(source, 'pgDatabase')
  return {
    dialect: 'postgres',
    transaction: (work) =>
      'totalCount' in source
        ? transactionOfPool(source, work)
        : inTurn(source, () => transactionOn(source, work)),
    execute: async (client, sql, values) => {
      // A pool runs each statement on any of its connections, outside of every transaction.
      if ('totalCount' in client) throw toolkitErrors.TRANSACTION_MISSING({ wanted: WANTED })
      return resultOf(await client.query(numbered(sql), givenValues(values)))
    },
  }
}

/** `pg` counts what was selected, too. */
export function resultOf({ rows, rowCount }: PgResult): SqlResult {
  return { rows: rows as SqlRow[], affectedRows: rowCount ?? 0 }
}

async function transactionOfPool<Result>(
  pool: PgPool<PgPoolClient>,
  work: (client: PgPoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  let broken = false
  try {
    return await transactionOn(client, work, () => {
      broken = true
    })
  } finally {
    client.release(broken)
  }
}

/** Calls `onBroken` when not even a rollback gets through: the server rolls back when the connection ends. */
async function transactionOn<Client extends PgClient, Result>(
  client: Client,
  work: (client: Client) => Promise<Result>,
  onBroken: () => void = () => {},
): Promise<Result> {
  await client.query('BEGIN', [])
  try {
    const result = await work(client)
    const { command } = (await client.query('COMMIT', [])) as { command?: string }
    // PostgreSQL answers the COMMIT of a transaction in which a statement failed with a rollback, and no error.
    if (command === 'ROLLBACK') throw toolkitErrors.TRANSACTION_ROLLED_BACK({})
    return result
  } catch (error) {
    await client.query('ROLLBACK', []).catch(onBroken)
    throw error
  }
}
