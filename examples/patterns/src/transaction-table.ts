/**
 * A message goes out exactly when a database transaction commits; a table in the same database answers the broker.
 *
 * Guaranteed: the message is delivered if the transaction committed, and never if it did not, whichever process dies.
 * Not guaranteed: that a send succeeds while no broker can be reached. Then the transaction does not run either.
 */
import sqlite from 'node-sqlite3-wasm'
import { connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'
import { sqliteDatabase } from 'rocketeer/sql'
import { TransactionTable } from 'rocketeer/transactions'

await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })
const connection = new sqlite.Database()
connection.exec('CREATE TABLE orders (id TEXT PRIMARY KEY)')
const transactions = new TransactionTable(sqliteDatabase(connection))
await transactions.createTables()

const consumed = new Promise<string>((resolve) => {
  mq.consumer({
    group: 'coupon',
    subscribe: { 'order-paid': '*' },
    startFrom: 'first',
    handle: (message) => resolve(message.text()),
  })
})

await using producer = transactions.producer(mq, { group: 'orders', topics: ['order-paid'] })
const pay = (order: string, cardIsGood: boolean) =>
  producer.send({ topic: 'order-paid', key: order, body: order }, async (transaction) => {
    transaction.run('INSERT INTO orders VALUES (?)', [order])
    if (!cardIsGood) throw new Error(`${order}: the card was refused`)
  })
await pay('order-1', false).catch((error) => console.log(error.message))
await pay('order-2', true)
console.log('consumed:', await consumed)
console.log(
  'orders:',
  connection
    .all('SELECT id FROM orders')
    .map(({ id }) => id)
    .join(' '),
)
