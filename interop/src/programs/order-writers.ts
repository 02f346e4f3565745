import type { SeededRandom } from '@rocketeer/test-kit'
import { type Connection, createConnection } from 'mysql2/promise'

/** The tables that writers change. */
export const WRITTEN_TABLES = `
CREATE TABLE orders (
  id BIGINT PRIMARY KEY, status VARCHAR(20) NOT NULL, total DECIMAL(12,2) NOT NULL, writer INT NOT NULL,
  changed_at DATETIME(6) NOT NULL, note TEXT
);
CREATE TABLE items (order_id BIGINT NOT NULL, line INT NOT NULL, sku VARBINARY(16) NOT NULL, PRIMARY KEY (order_id, line));
`

const IDS = 60
const STATEMENTS_MAX = 6
/** A transaction of one in so many is long. */
const LONG_ONE_IN = 200
const LONG_ROWS = 200
/** Between two transactions, so that whoever applies the changes can keep up. */
const PAUSE_MS_MAX = 40

export interface WritersOptions {
  port: number
  database: string
  writers: number
  random: SeededRandom
  signal: AbortSignal
}

export interface WrittenCount {
  committed: number
  rolledBack: number
  failed: number
}

/** Changes rows in random transactions until the signal comes; a server that is away is waited for. */
export async function writeOrders(options: WritersOptions): Promise<WrittenCount> {
  const count = { committed: 0, rolledBack: 0, failed: 0 }
  const writers = Array.from({ length: options.writers }, (_, writer) => write(options, writer, count))
  await Promise.all(writers)
  return count
}

async function write(options: WritersOptions, writer: number, count: WrittenCount): Promise<void> {
  const random = options.random.fork()
  const { port, database, signal } = options
  let connection: Connection | undefined
  while (!signal.aborted) {
    try {
      connection ??= await openConnection(port, database)
      await transaction(connection, random, writer, count)
      await new Promise((resolve) => setTimeout(resolve, random.below(PAUSE_MS_MAX)))
    } catch (error) {
      count.failed++
      // A deadlock leaves the connection as it is; anything else may have broken it.
      if ((error as { errno?: number }).errno !== 1213) {
        connection?.destroy()
        connection = undefined
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  }
  connection?.destroy()
}

async function openConnection(port: number, database: string): Promise<Connection> {
  const connection = await createConnection({ host: '127.0.0.1', port, user: 'root', database })
  connection.on('error', () => {})
  return connection
}

async function transaction(
  connection: Connection,
  random: SeededRandom,
  writer: number,
  count: WrittenCount,
): Promise<void> {
  await connection.query('START TRANSACTION')
  if (random.below(LONG_ONE_IN) === 0) await longStatement(connection, random)
  let savepoint = false
  for (let left = random.between(1, STATEMENTS_MAX); left > 0; left--) {
    if (random.chance(0.15)) {
      await connection.query(savepoint && random.chance(0.6) ? 'ROLLBACK TO a' : 'SAVEPOINT a')
      savepoint = true
    }
    await statement(connection, random, writer)
  }
  const isCommit = random.chance(0.85)
  await connection.query(isCommit ? 'COMMIT' : 'ROLLBACK')
  if (isCommit) count.committed++
  else count.rolledBack++
}

async function longStatement(connection: Connection, random: SeededRandom): Promise<void> {
  const order = random.between(1, IDS)
  const rows = Array.from({ length: LONG_ROWS }, (_, line) => [
    order,
    1_000 + line,
    `sku-${random.below(1_000)}`,
  ])
  await connection.query('REPLACE INTO items (order_id, line, sku) VALUES ?', [rows])
}

async function statement(connection: Connection, random: SeededRandom, writer: number): Promise<void> {
  const id = random.between(1, IDS)
  const total = (random.below(1_000_000) / 100).toFixed(2)
  const status = random.pick(['new', 'paid', 'sent', 'closed'])
  switch (random.below(7)) {
    case 0:
    case 1:
      await connection.query(
        `INSERT INTO orders VALUES (?, ?, ?, ?, NOW(6), ?)
         ON DUPLICATE KEY UPDATE status = VALUES(status), total = VALUES(total), writer = VALUES(writer)`,
        [id, status, total, writer, random.chance(0.5) ? null : '备注😀'.repeat(random.below(20))],
      )
      return
    case 2:
      await connection.query('UPDATE orders SET status = ?, total = ?, changed_at = NOW(6) WHERE id = ?', [
        status,
        total,
        id,
      ])
      return
    case 3:
      await connection.query('DELETE FROM orders WHERE id = ?', [id])
      return
    case 4:
      // The key moves: another row is there from now on.
      await connection.query('UPDATE IGNORE orders SET id = ? WHERE id = ?', [random.between(1, IDS), id])
      return
    case 5:
      await connection.query('REPLACE INTO items VALUES (?, ?, ?)', [
        id,
        random.below(5),
        `sku-${random.below(1_000)}`,
      ])
      return
    default:
      await connection.query('DELETE FROM items WHERE order_id = ? AND line < ?', [id, random.below(5)])
  }
}
