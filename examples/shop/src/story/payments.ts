import type { OrderPaid } from '../services/service.js'
import { chance } from '../street/chance.js'

/** How customers order and pay. */
export interface PaymentOptions {
  readonly orderService: string
  readonly orders: number
  readonly ordersPerSecond: number
  /** Share of payments whose callback comes twice, 0 to 1. */
  readonly twice: number
  /** Share of orders that are never paid, 0 to 1. */
  readonly unpaid: number
  /** Share of orders that are paid `lastMomentMs` after they were placed, 0 to 1. */
  readonly atLastMoment: number
  readonly lastMomentMs: number
  /** Decides which. */
  readonly seed: number
}

const TICK_MS = 10
const UNDER_WAY_MAX = 64
const CALLBACK_PAUSE_MS = 200
const CALLBACK_TIMEOUT_MS = 5_000

/**
 * Customers who order and pay at a steady rate. The payment gateway calls the order service back, again and again until it
 * hears 200, as real ones do.
 */
export class Payments {
  readonly #options: PaymentOptions
  readonly #underWay = new Set<Promise<void>>()
  #begun = 0
  #closed = false
  /** Customers who wait until `letAll`. */
  #kept = 0

  constructor(options: PaymentOptions) {
    this.#options = options
  }

  /** Resolves when every order was placed and every callback was answered. */
  async run(): Promise<void> {
    const { orders, ordersPerSecond } = this.#options
    const startedAt = performance.now()
    while (this.#begun < orders && !this.#closed) {
      // The number due follows from the time that has passed, because timers are late on a busy machine.
      const due = Math.min(
        orders - this.#kept,
        Math.ceil(((performance.now() - startedAt) / 1_000) * ordersPerSecond),
      )
      while (this.#begun < due && this.#underWay.size < UNDER_WAY_MAX) this.#begin(this.#begun++)
      await new Promise((resolve) => setTimeout(resolve, TICK_MS))
    }
    await Promise.all(this.#underWay)
  }

  /** Customers stay away from now on. */
  close(): void {
    this.#closed = true
  }

  /** Has the last customers wait until `letAll`, for something that has to happen while orders are paid. */
  keep(orders: number): void {
    this.#kept = Math.min(orders, this.#options.orders)
  }

  letAll(): void {
    this.#kept = 0
  }

  #begin(number: number): void {
    const paying = this.#orderAndPay(number).finally(() => this.#underWay.delete(paying))
    this.#underWay.add(paying)
  }

  async #orderAndPay(number: number): Promise<void> {
    const order: OrderPaid = {
      orderId: orderId(number),
      customer: `customer-${(number * 7919) % 1000}`,
      amountCents: 500 + ((number * 104_729) % 20_000),
    }
    const { orderService, twice, unpaid, atLastMoment, lastMomentMs, seed } = this.#options
    await this.#untilOk(`${orderService}/orders`, order)
    const mind = chance(seed, `${order.orderId} pays`)
    if (mind < unpaid) return
    if (mind > 1 - atLastMoment) await new Promise((resolve) => setTimeout(resolve, lastMomentMs))
    const callback = () => this.#untilOk(`${orderService}/payments`, order)
    const comesTwice = chance(seed, order.orderId) < twice
    await Promise.all(comesTwice ? [callback(), callback()] : [callback()])
  }

  /** Posts until the answer is a success. */
  async #untilOk(url: string, order: OrderPaid): Promise<void> {
    while (!this.#closed) {
      try {
        const signal = AbortSignal.timeout(CALLBACK_TIMEOUT_MS)
        const response = await fetch(url, { method: 'POST', body: JSON.stringify(order), signal })
        await response.arrayBuffer()
        // An order that is closed already is not paid any more.
        if (response.ok || response.status === 409) return
      } catch {}
      await new Promise((resolve) => setTimeout(resolve, CALLBACK_PAUSE_MS))
    }
  }
}

/** The id of the order with a number, from 0. */
export function orderId(number: number): string {
  return `order-${String(number).padStart(6, '0')}`
}
