/** Copies a table of MariaDB by its binlog; shown in docs/change-relay.md. DATABASE_PORT says where MariaDB listens. */
import ZongJi from '@vlasky/zongji'
import mysql, { createConnection } from 'mysql2/promise'
import { connect } from 'rocketeer'
import { applyChanges, relayChanges, sqlPositions } from 'rocketeer/change-relay'
import { startServer } from 'rocketeer/server'
import { mysql2Database } from 'rocketeer/sql'

const connection = { host: '127.0.0.1', port: Number(process.env.DATABASE_PORT ?? 3306), user: 'root' }
const pool = mysql.createPool(connection)
await pool.query('CREATE DATABASE IF NOT EXISTS shop')
await pool.query('CREATE DATABASE IF NOT EXISTS analytics')
for (const table of ['shop.orders', 'analytics.orders'])
  await pool.query(`CREATE TABLE IF NOT EXISTS ${table} (id BIGINT PRIMARY KEY, status VARCHAR(20))`)
await pool.query("REPLACE INTO shop.orders VALUES (1, 'paid')")

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })

// The shop's side: every row there is, then every change of one, in the order of its row.
await using relay = relayChanges({
  name: 'shop-orders',
  source: { ZongJi, createConnection, connection },
  tables: ['shop.orders'],
  producer: mq.producer(),
  route: ({ table }) => ({ topic: `changes-of-${table}` }),
  positions: sqlPositions(mysql2Database(pool), { table: 'analytics.relay_positions' }),
})
await relay.relaying()

// The copy's side: a change that comes twice does nothing, one that fails makes its queue wait.
const apply = applyChanges({
  database: mysql2Database(pool),
  tables: { 'shop.orders': 'analytics.orders' },
  versionsTable: 'analytics.applied_changes',
})
const consumer = mq.consumer({
  group: 'analytics',
  subscribe: { 'changes-of-orders': '*' },
  startFrom: 'first',
  ordered: true,
  handle: apply,
})
await consumer.ready

await pool.query("INSERT INTO shop.orders VALUES (2, 'new')")
await pool.query("UPDATE shop.orders SET status = 'paid' WHERE id = 2")
await pool.query('DELETE FROM shop.orders WHERE id = 1')
for (;;) {
  const [rows] = await pool.query('SELECT CONCAT(id, " ", status) AS text FROM analytics.orders')
  const copy = (rows as { text: string }[]).map((row) => row.text).join(', ')
  if (copy === '2 paid') break
  await new Promise((resolve) => setTimeout(resolve, 50))
}
console.log('the copy has: 2 paid')
console.log('position:', relay.status.position?.split(' ')[0], 'state:', relay.status.state)
// Whatever uses the pool first.
for (const each of [consumer, relay]) await each.close()
await pool.end()
