import type { Client, Producer } from '@rocketeer/client'
import type { Database, Row } from '../databases/database.js'

export const ORDER_PAID_TOPIC = 'order-paid'

/** The body of an `order-paid` message. */
export interface OrderPaid {
  orderId: string
  customer: string
  amountCents: number
}

/**
 * Takes orders and payments. An order is paid once its database says so; the message follows. The column `announced` says
 * whether the message was sent, so that `announceMissed` can send it after a failed send or a crash. Sending twice is
 * harmless, because the coupon service knows the orders it handled; not sending would lose a coupon.
 */
export class OrderService {
  readonly #database: Database
  readonly #producer: Producer
  #nextNumber = 1

  constructor(database: Database, client: Client) {
    this.#database = database
    this.#producer = client.producer({ group: 'order-service' })
  }

  async createTables(): Promise<void> {
    await this.#database.run('DROP TABLE IF EXISTS orders')
    await this.#database.run(
      `CREATE TABLE orders (
         id VARCHAR(32) PRIMARY KEY,
         customer VARCHAR(32) NOT NULL,
         amount_cents INTEGER NOT NULL,
         paid_at BIGINT,
         announced INTEGER NOT NULL DEFAULT 0
       )`,
    )
  }

  /** A customer orders and pays. Returns the order's id. */
  async placeAndPay(): Promise<string> {
    const number = this.#nextNumber++
    const order: OrderPaid = {
      orderId: `order-${String(number).padStart(6, '0')}`,
      customer: `customer-${(number * 7919) % 1000}`,
      amountCents: 500 + ((number * 104729) % 20_000),
    }
    await this.#database.run('INSERT INTO orders (id, customer, amount_cents, paid_at) VALUES (?, ?, ?, ?)', [
      order.orderId,
      order.customer,
      order.amountCents,
      Date.now(),
    ])
    await this.#announce(order)
    return order.orderId
  }

  /** Sends the missing message of every paid order without one. Returns how many it sent. */
  async announceMissed(): Promise<number> {
    const missed = await this.#database.all(
      'SELECT id, customer, amount_cents FROM orders WHERE announced = 0',
    )
    for (const row of missed) await this.#announce(orderOf(row))
    return missed.length
  }

  async paidOrders(): Promise<string[]> {
    const rows = await this.#database.all('SELECT id FROM orders WHERE paid_at IS NOT NULL')
    return rows.map((row) => String(row.id))
  }

  close(): Promise<void> {
    return this.#producer.close()
  }

  async #announce(order: OrderPaid): Promise<void> {
    await this.#producer.send({
      topic: ORDER_PAID_TOPIC,
      key: order.orderId,
      tag: 'coupon',
      body: JSON.stringify(order),
    })
    await this.#database.run('UPDATE orders SET announced = 1 WHERE id = ?', [order.orderId])
  }
}

function orderOf(row: Row): OrderPaid {
  return { orderId: String(row.id), customer: String(row.customer), amountCents: Number(row.amount_cents) }
}
