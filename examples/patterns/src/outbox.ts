/**
 * An order is paid while no broker runs; its message is sent when there is one.
 *
 * Guaranteed: a message whose transaction committed is sent at least once, one whose transaction rolled back never.
 * Not guaranteed: exactly once. A relay that is killed after a send and before it removed the row sends it again.
 */
import sqlite from 'node-sqlite3-wasm'
import { connect } from 'rocketeer'
import { Outbox } from 'rocketeer/outbox'
import { startServer } from 'rocketeer/server'
import { sqliteDatabase } from 'rocketeer/sql'

const connection = new sqlite.Database()
connection.exec('CREATE TABLE orders (id TEXT PRIMARY KEY, state TEXT)')
const database = sqliteDatabase(connection)
const outbox = new Outbox(database)
await outbox.createTables()

/** The order and its message are committed together, or neither is. No broker is needed for that. */
async function pay(order: string, cardIsGood: boolean) {
  await database.transaction(async (transaction) => {
    transaction.run('INSERT INTO orders VALUES (?, ?)', [order, 'paid'])
    await outbox.add(transaction, { topic: 'order-paid', key: order, body: order }, { orderKey: order })
    if (!cardIsGood) throw new Error(`${order}: the card was refused`)
  })
}
await pay('order-1', true)
await pay('order-2', false).catch((error) => console.log(error.message))
console.log('waiting:', (await outbox.status()).waiting)

// Now there is a broker, and the relay sends what waits.
await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })
const consumed = new Promise<string>((resolve) => {
  mq.consumer({
    group: 'coupon',
    subscribe: { 'order-paid': '*' },
    startFrom: 'first',
    handle: (message) => resolve(message.text()),
  })
})
await using relay = outbox.relay(mq.producer())
relay.on('problem', (error) => console.error(error))
console.log('consumed:', await consumed)
