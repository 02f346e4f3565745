/**
 * An order service of its own process, which a test kills: `order-program.js <role> <nameserver> <database> <topic> <name>`.
 *
 * - `writer`: inserts orders and their messages into the outbox, until it is killed
 * - `relay`: sends what is in the outbox
 * - `transactional`: pays orders by transactional messages whose check looks into a table, until it is killed
 *
 * Every fifth transaction rolls back. Orders are called `<key>/<step>`; the steps of a key count up.
 */
import { connect } from '@rocketeer/client'
import { Outbox } from '@rocketeer/toolkit/outbox'
import { TransactionTable } from '@rocketeer/toolkit/transactions'
import { openOrderDatabase } from './order-database.js'

const KEYS = 8
const [role, nameserver, url, topic, name] = process.argv.slice(2) as [string, string, string, string, string]
const { database } = await openOrderDatabase(url)

/** Thrown in every fifth transaction. */
class CardRefused extends Error {}

/** Adds an order of the key to the table, in the transaction, and returns its name. */
async function addOrder(transaction: unknown, key: string): Promise<string> {
  // The row of the key is locked first: transactions on one key exclude one another.
  await database.execute(transaction, 'UPDATE order_keys SET step = step + 1 WHERE name = ?', [key])
  const { rows } = await database.execute(transaction, 'SELECT step FROM order_keys WHERE name = ?', [key])
  const order = `${key}/${rows[0]!.step}`
  await database.execute(transaction, 'INSERT INTO orders VALUES (?)', [order])
  return order
}

async function write(key: string): Promise<never> {
  const outbox = new Outbox(database)
  for (let turn = 0; ; turn++) {
    const work = database.transaction(async (transaction) => {
      const order = await addOrder(transaction, key)
      await outbox.add(transaction, { topic, key: order, body: order }, { orderKey: key })
      if (turn % 5 === 4) throw new CardRefused()
    })
    await work.catch(ignoreRefusedCards)
  }
}

async function relay(): Promise<void> {
  const client = await connect({ nameservers: nameserver, waitMs: 60_000 })
  const sender = new Outbox(database).relay(client.producer(), {
    pollIntervalMs: 50,
    sendTimeoutMs: 400,
    leaseMs: 2_000,
  })
  sender.on('problem', (error) => console.error(`${error}`))
  console.log('ready')
}

async function payTransactionally(): Promise<void> {
  const client = await connect({ nameservers: nameserver, waitMs: 60_000 })
  const transactions = new TransactionTable(database)
  const producer = transactions.producer(client, { group: 'orders', topics: [topic] })
  producer.on('problem', (error) => console.error(`${error}`))
  await producer.ready
  console.log('ready')
  const pay = async (key: string) => {
    for (let turn = 0; ; turn++) {
      const order = `${key}/${turn}`
      const sending = producer.send({ topic, key: order, body: order }, async (transaction) => {
        await database.execute(transaction, 'INSERT INTO orders VALUES (?)', [order])
        if (turn % 5 === 4) throw new CardRefused()
      })
      // A broker that is killed meanwhile refuses the next ones until it is back.
      await sending.catch((error) => error instanceof CardRefused || console.error(`${error}`))
    }
  }
  await Promise.all(Array.from({ length: KEYS }, (_, lane) => pay(`${name}-${lane}`)))
}

function ignoreRefusedCards(error: unknown): void {
  if (!(error instanceof CardRefused)) throw error
}

if (role === 'writer') console.log('ready')
if (role === 'writer') await Promise.all(Array.from({ length: KEYS }, (_, key) => write(`key-${key}`)))
else if (role === 'relay') await relay()
else await payTransactionally()
