import type { OrderService } from '../services/order-service.js'

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
    this.#timer = setInterval(() => this.#pay(), 1000 / ordersPerSecond)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#inFlight)
  }

  #pay(): void {
    if (this.#inFlight.size >= this.#inFlightMax) return
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
