import type { MessageToSend } from '@rocketeer/client'
import { doubleWrite } from '@rocketeer/toolkit/migration'
import { Outbox } from '@rocketeer/toolkit/outbox'
import { TransactionTable } from '@rocketeer/toolkit/transactions'
import type { Transaction } from '../databases/database.js'
import { closeUnpaid } from './close-unpaid.js'
import { deliverPaid } from './deliveries.js'
import { closeServer, listen } from './http.js'
import { STATES } from './order-copy.js'
import { nameInPlay, type OrderPaid, type Service, type ServiceNeeds, topicOf } from './service.js'
import { BUSINESS } from './sudden-death.js'

/** Thrown where a payment arrives for an order that is paid already: the callback came twice. */
class AlreadyPaid extends Error {}

/** Thrown where a payment arrives for an order that was closed because nobody had paid it. */
class AlreadyClosed extends Error {}

/** Marks an order as paid, and tells the others by a message. */
type Pay = (order: OrderPaid) => Promise<void>

/**
 * Takes orders and the payment gateway's callbacks by HTTP. An order is paid once its database says so, and each order
 * that is paid is announced by a message, by one of the ways of `ways`.
 */
export async function openOrderService(needs: ServiceNeeds): Promise<Service> {
  const { config, database, tell } = needs
  await database.run(
    'CREATE TABLE IF NOT EXISTS orders (id VARCHAR(32) PRIMARY KEY, customer VARCHAR(32) NOT NULL, ' +
      'amount_cents INTEGER NOT NULL, state VARCHAR(8) NOT NULL)',
  )
  const way = config.move
    ? toBothClusters
    : config.without === config.announce
      ? plainly
      : ways[config.announce]
  const { pay, note, close, move } = await way(needs)

  const { closeAfterMs } = config
  const unpaid =
    closeAfterMs === undefined || config.without === 'delayed-check'
      ? undefined
      : await closeUnpaid(needs, closeAfterMs)

  const deliveries = config.hasCopy ? await deliverPaid(needs) : undefined
  const server = await listen(config.ports.order!, async (path, body) => {
    const order = body as unknown as OrderPaid
    if (path === '/orders') {
      // First the check: one for an order that never came to be does no harm.
      if (!note) await unpaid?.schedule(order.orderId)
      const check = note && unpaid?.message(order.orderId)
      await place(database, order, async (transaction) => check && note?.(transaction, check))
      return { status: 201 }
    }
    try {
      await pay(order)
    } catch (error) {
      // The gateway gives the money back.
      if (error instanceof AlreadyClosed) return { status: 409 }
      // The gateway calls again until it hears 200.
      if (!(error instanceof AlreadyPaid)) throw error
    }
    tell({ kind: 'paid', order: order.orderId })
    return { status: 200 }
  })
  return {
    ...(move && { move }),
    close: async () => {
      await closeServer(server)
      await deliveries?.close()
      await unpaid?.close()
      await close()
    },
  }
}

/** Also where the customer's shop sends the order again because it has not heard the answer. */
async function place(
  database: ServiceNeeds['database'],
  order: OrderPaid,
  also: (transaction: Transaction) => Promise<unknown>,
): Promise<void> {
  const { orderId, customer, amountCents } = order
  try {
    await database.transaction(async (transaction) => {
      const insert = "INSERT INTO orders (id, customer, amount_cents, state) VALUES (?, ?, ?, 'unpaid')"
      await database.execute(transaction, insert, [orderId, customer, amountCents])
      await also(transaction)
    })
  } catch (error) {
    const placed = await database.all('SELECT id FROM orders WHERE id = ?', [orderId])
    if (placed.length === 0) throw error
  }
}

interface Way {
  readonly pay: Pay
  /** Has a message sent if the transaction commits, where the way can do that. */
  readonly note?: (transaction: Transaction, message: MessageToSend) => Promise<unknown>
  readonly move?: Service['move']
  readonly close: () => Promise<void>
}

/** Each way to change the database and to send a message, both or neither. */
const ways: Readonly<Record<ServiceNeeds['config']['announce'], (needs: ServiceNeeds) => Promise<Way>>> = {
  /** The broker has the message first, and asks the database later if it has to. */
  async transactions({ client, database, tell }) {
    const table = new TransactionTable(database)
    await table.createTables()
    const producer = table.producer(client, {
      group: nameInPlay('order-service'),
      topics: [topicOf('order-paid')],
    })
    producer.on('problem', (error) => tell({ kind: 'problem', text: String(error) }))
    await producer.ready
    return {
      pay: async (order) => {
        await producer.send(messageOf(order), (transaction) => markPaid(database, transaction, order))
      },
      close: () => producer.close(),
    }
  },
  /** The message is a row beside the order's, and a relay sends it. */
  async outbox({ client, database, tell }) {
    const outbox = new Outbox(database)
    await outbox.createTables()
    const relay = outbox.relay(client.producer(), {
      leaseMs: 5_000,
      sendTimeoutMs: 1_000,
      pollIntervalMs: 100,
    })
    relay.on('problem', (error) => tell({ kind: 'problem', text: String(error) }))
    return {
      pay: (order) =>
        database.transaction(async (transaction) => {
          await markPaid(database, transaction, order)
          await outbox.add(transaction, messageOf(order))
        }),
      note: (transaction, message) => outbox.add(transaction, message),
      close: () => relay.close(),
    }
  },
  /** The message is in a file of the producer's when no broker takes it. */
  async journal({ config, client, database, tell }) {
    const producer = client.producer({ group: nameInPlay('order-service'), journal: config.directory })
    producer.on('problem', (error) => tell({ kind: 'problem', text: String(error) }))
    return {
      pay: async (order) => {
        await database.transaction((transaction) => markPaid(database, transaction, order))
        await producer.send(messageOf(order))
      },
      close: () => producer.close(),
    }
  },
}

/** On the way to another cluster: every message goes to both, and waits in a file for one that does not take it. */
async function toBothClusters(needs: ServiceNeeds): Promise<Way> {
  const { config, client, newClient, database, tell } = needs
  // What is in the outbox from before goes to the old cluster, which is consumed to its end.
  const before = config.announce === 'outbox' ? await ways.outbox(needs) : undefined
  const group = nameInPlay('order-service')
  const from = client.producer({ group, journal: config.directory })
  const to = newClient!.producer({ group, journal: `${config.directory}-new` })
  const writer = doubleWrite({ from, to, inCharge: config.move!.writes })
  for (const each of [writer, from, to])
    each.on('problem', (error: unknown) => tell({ kind: 'problem', text: String(error) }))
  return {
    pay: async (order) => {
      await database.transaction((transaction) => markPaid(database, transaction, order))
      await writer.send(messageOf(order))
    },
    move: ({ writes }) => writer.putInCharge(writes),
    close: async () => {
      await before?.close()
      await writer.close()
      await Promise.all([from.close(), to.close()])
    },
  }
}

/** First the database, then the message: whatever happens in between, nobody hears of the payment. */
async function plainly({ client, database, tell }: ServiceNeeds): Promise<Way> {
  const producer = client.producer({ group: nameInPlay('order-service') })
  return {
    pay: async (order) => {
      await database.transaction((transaction) => markPaid(database, transaction, order))
      try {
        await producer.send(messageOf(order))
      } catch (error) {
        tell({ kind: 'unannounced', order: order.orderId })
        throw error
      }
    },
    close: () => producer.close(),
  }
}

async function markPaid(
  database: ServiceNeeds['database'],
  transaction: Transaction,
  { orderId }: OrderPaid,
): Promise<void> {
  const update = `${BUSINESS.pay} WHERE id = ? AND state = 'unpaid'`
  const { affectedRows } = await database.execute(transaction, update, [orderId])
  if (affectedRows > 0) return
  const { rows } = await database.execute(transaction, 'SELECT state FROM orders WHERE id = ?', [orderId])
  throw rows[0]?.state === 'closed' ? new AlreadyClosed(orderId) : new AlreadyPaid(orderId)
}

function messageOf(order: OrderPaid): MessageToSend {
  return { topic: topicOf('order-paid'), key: order.orderId, body: JSON.stringify(order) }
}

/** The order ids by their state. */
export async function ordersIn(
  database: ServiceNeeds['database'],
  state: 'paid' | 'unpaid' | 'closed',
): Promise<string[]> {
  const states: readonly string[] = state === 'paid' ? STATES.slice(1) : [state]
  const marks = states.map(() => '?').join(', ')
  const rows = await database.all(`SELECT id FROM orders WHERE state IN (${marks})`, states)
  return rows.map(({ id }) => String(id))
}
