/** The shop of the guide: broker, client and database in one process, on a clock that is moved by hand. */
import sqlite from 'node-sqlite3-wasm'
import { connect, ManualClock } from 'rocketeer'
import { startServer } from 'rocketeer/server'
import { sqliteDatabase } from 'rocketeer/sql'

export async function openShop() {
  const clock = new ManualClock(Date.UTC(2026, 10, 11, 21)) // it is 21:00 on the busiest evening of the year
  const server = await startServer({ clock })
  const mq = await connect({ nameservers: server.nameservers, clock })
  mq.on('problem', () => {}) // a program of yours logs them
  const connection = new sqlite.Database()
  connection.exec(
    'CREATE TABLE orders (id TEXT PRIMARY KEY, state TEXT); CREATE TABLE coupons (order_id TEXT, service TEXT)',
  )
  return {
    clock,
    mq,
    server,
    database: sqliteDatabase(connection),
    rows: (sql: string, values: string[] = []) =>
      connection.all(sql, values).map((row) => Object.values(row).join(' ')),
    log: (text: string) => console.log(new Date(clock.now()).toISOString().slice(11, 19), text),
    async [Symbol.asyncDispose]() {
      await mq.close()
      await server.close()
    },
  }
}
