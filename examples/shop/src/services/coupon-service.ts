import type { Client, Consumer, Message } from '@rocketeer/client'
import { type Database, isDuplicateKey } from '../databases/database.js'
import { ORDER_PAID_TOPIC, type OrderPaid } from './order-service.js'

export const COUPON_GROUP = 'coupon-service'

/** What the service has done since it started, for the screen. */
export interface CouponCounts {
  granted: number
  /** Deliveries of orders that already had a coupon; they had no effect. */
  repeated: number
  /** Failed deliveries by the number of attempts before: the first entry counts first attempts. */
  failedByAttempt: number[]
}

/**
 * Grants one coupon per paid order. The order's id goes into `handled_orders` in the same transaction as the coupon, so a
 * message that is delivered twice finds the id there and changes nothing.
 */
export class CouponService {
  readonly counts: CouponCounts = { granted: 0, repeated: 0, failedByAttempt: [] }
  readonly #database: Database
  #consumer: Consumer | undefined

  constructor(database: Database) {
    this.#database = database
  }

  async createTables(): Promise<void> {
    for (const table of ['coupons', 'handled_orders'])
      await this.#database.run(`DROP TABLE IF EXISTS ${table}`)
    await this.#database.run('CREATE TABLE handled_orders (order_id VARCHAR(32) PRIMARY KEY)')
    await this.#database.run(
      'CREATE TABLE coupons (order_id VARCHAR(32) NOT NULL, customer VARCHAR(32) NOT NULL, value_cents INTEGER NOT NULL)',
    )
  }

  async start(client: Client): Promise<void> {
    this.#consumer = client.consumer({
      group: COUPON_GROUP,
      subscribe: { [ORDER_PAID_TOPIC]: 'coupon' },
      startFrom: 'first',
      concurrency: 10,
      handle: (message) => this.#handle(message),
    })
    await this.#consumer.ready
  }

  /** Order ids of all coupons; an id that occurs twice means that a customer got two. */
  async couponOrders(): Promise<string[]> {
    const rows = await this.#database.all('SELECT order_id FROM coupons')
    return rows.map((row) => String(row.order_id))
  }

  async close(): Promise<void> {
    await this.#consumer?.close()
  }

  async #handle(message: Message): Promise<void> {
    try {
      await this.#grant(message.json() as OrderPaid)
      this.counts.granted++
    } catch (error) {
      if (isDuplicateKey(error)) {
        this.counts.repeated++
        return
      }
      const attempt = message.reconsumeTimes
      this.counts.failedByAttempt[attempt] = (this.counts.failedByAttempt[attempt] ?? 0) + 1
      throw error
    }
  }

  #grant(order: OrderPaid): Promise<void> {
    return this.#database.transaction(async (session) => {
      await session.run('INSERT INTO handled_orders (order_id) VALUES (?)', [order.orderId])
      await session.run('INSERT INTO coupons (order_id, customer, value_cents) VALUES (?, ?, ?)', [
        order.orderId,
        order.customer,
        Math.floor(order.amountCents / 10),
      ])
    })
  }
}
