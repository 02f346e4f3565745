import type { OrderService } from '../services/order-service.js'

const TICK_MS = 10

/** Lets customers pay at a steady rate until stopped; keeps the number of unanswered payments bounded. */
export class Traffic {
  paid = 0
  readonly failures: unknown[] = []
  readonly #orders: OrderService
  readonly #inFlight = new Set<Promise<void>>()
  readonly #inFlightMax: number
  #timer: NodeJS.Timeout | undefined

  constructor(orders: OrderService, inFlightMax = 64) {
    this.#orders = orders
    this.#inFlightMax = inFlightMax
  }

  start(ordersPerSecond: number): void {
    const startedAt = performance.now()
    let begun = 0
    // Counted by the time that went by: timers come late on a busy machine, customers do not.
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startedAt) / 1000) * ordersPerSecond)
      for (; begun < due && this.#inFlight.size < this.#inFlightMax; begun++) this.#pay()
      // Whoever found the shop full has gone, and does not come back in a crowd.
      begun = due
    }, TICK_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#inFlight)
  }

  #pay(): void {
    const payment = this.#orders
      .placeAndPay()
      .then(
        () => void this.paid++,
        (error: unknown) => void this.failures.push(error),
      )
      .finally(() => this.#inFlight.delete(payment))
    this.#inFlight.add(payment)
  }
}
