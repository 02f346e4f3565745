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
/** Multiples of these fill the numbers from 0 to 1 evenly: so a share is met by few orders as well as by many. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2
const SQUARE_ROOT = Math.SQRT2 - 1
const UNDER_WAY_MAX = 64
const CALLBACK_PAUSE_MS = 200
const CALLBACK_TIMEOUT_MS = 5_000

/**
 * Customers who order and pay at a steady rate. The payment gateway calls the order service back, again and again until it
 * hears 200, as real ones do.
 */
export class Payments {
  readonly #options: PaymentOptions
  /** Orders that are placed or paid just now. */
  #underWay = 0
  readonly #paying = new Set<Promise<void>>()
  #begun = 0
  #closed = false
  /** How many customers may come; the others wait. */
  #letIn = Number.POSITIVE_INFINITY

  constructor(options: PaymentOptions) {
    this.#options = options
  }

  /** Resolves when every order was placed and every callback was answered. */
  async run(): Promise<void> {
    const { orders, ordersPerSecond } = this.#options
    let lookedAt = performance.now()
    let due = 1
    while (this.#begun < orders && !this.#closed) {
      // The number due follows from the time that has passed, because timers are late on a busy machine.
      const now = performance.now()
      due = Math.min(due + ((now - lookedAt) / 1_000) * ordersPerSecond, UNDER_WAY_MAX)
      lookedAt = now
      for (; due >= 1 && this.#mayBegin; due--) this.#begin(this.#begun++)
      await new Promise((resolve) => setTimeout(resolve, TICK_MS))
    }
    await Promise.all(this.#paying)
  }

  get #mayBegin(): boolean {
    return this.#begun < Math.min(this.#letIn, this.#options.orders) && this.#underWay < UNDER_WAY_MAX
  }

  /** How many customers have come so far. */
  get begun(): number {
    return this.#begun
  }

  /** Whether all who may come have placed their order and paid it, but for those who never do or wait for the last moment. */
  get isQuiet(): boolean {
    return this.#underWay === 0 && this.#begun >= Math.min(this.#letIn, this.#options.orders)
  }

  /** When the customer with a number, from 0, pays. */
  whenPays(number: number): 'never' | 'at once' | 'at the last moment' {
    const { unpaid, atLastMoment } = this.#options
    const mind = this.#mind(number)
    if (mind < unpaid) return 'never'
    return mind > 1 - atLastMoment ? 'at the last moment' : 'at once'
  }

  /** Has customers wait from this number on, until more are let in. */
  letIn(customers: number): void {
    this.#letIn = customers
  }

  /** Customers stay away from now on. */
  close(): void {
    this.#closed = true
  }

  #begin(number: number): void {
    const paying = this.#orderAndPay(number).finally(() => this.#paying.delete(paying))
    this.#paying.add(paying)
  }

  /** A number from 0 to 1 for each customer. */
  #mind(number: number): number {
    return (chance(this.#options.seed, 'pays') + number * GOLDEN_RATIO) % 1
  }

  async #orderAndPay(number: number): Promise<void> {
    const order: OrderPaid = {
      orderId: orderId(number),
      customer: `customer-${(number * 7919) % 1000}`,
      amountCents: 500 + ((number * 104_729) % 20_000),
    }
    const { orderService, twice, lastMomentMs, seed } = this.#options
    await this.#untilOk(`${orderService}/orders`, order)
    const when = this.whenPays(number)
    if (when === 'never') return
    if (when === 'at the last moment') await new Promise((resolve) => setTimeout(resolve, lastMomentMs))
    const callback = () => this.#untilOk(`${orderService}/payments`, order)
    const comesTwice = (chance(seed, 'twice') + number * SQUARE_ROOT) % 1 < twice
    await Promise.all(comesTwice ? [callback(), callback()] : [callback()])
  }

  /** Posts until the answer is a success. */
  async #untilOk(url: string, order: OrderPaid): Promise<void> {
    this.#underWay++
    try {
      await this.#postUntilOk(url, order)
    } finally {
      this.#underWay--
    }
  }

  async #postUntilOk(url: string, order: OrderPaid): Promise<void> {
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
