import type { OrderService } from '../services/order-service.js'

const TICK_MS = 10

/** Lets customers pay at a steady rate until stopped, with a bounded number of payments under way. */
export class Traffic {
  paid = 0
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
    // The number due follows from the time that has passed, because timers are late on a busy machine.
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startedAt) / 1000) * ordersPerSecond)
      for (; begun < due && this.#inFlight.size < this.#inFlightMax; begun++) this.#pay()
      // Customers who found the shop full have gone; they do not come back in a burst.
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
        // The order of a payment that failed is not paid, or its message is sent later by `announceMissed`.
        () => undefined,
      )
      .finally(() => this.#inFlight.delete(payment))
    this.#inFlight.add(payment)
  }
}
