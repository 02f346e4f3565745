import { type Client, connect } from '@rocketeer/client'
import { countDeadLetters, replayDeadLetters } from '@rocketeer/toolkit/dead-letters'
import type { Database, Outage } from '../databases/database.js'
import { COUPON_GROUP, CouponService } from '../services/coupon-service.js'
import { ORDER_PAID_TOPIC, OrderService } from '../services/order-service.js'
import { pc } from './colors.js'
import { type Reconciliation, reconcile } from './reconcile.js'
import { Screen } from './screen.js'
import { Traffic } from './traffic.js'

export interface ChapterOptions {
  nameservers: string[]
  orderDatabase: Database
  couponDatabase: Database
  outage: Outage
  ordersPerSecond: number
  /** Seconds before the outage and after it. */
  calmSeconds: number
  outageSeconds: number
  /** Retries before a message is a dead letter. */
  retriesMax: number
  /** Dead letters replayed per second. */
  replayPerSecond: number
  /** How long to wait for the books to balance before giving up. */
  balanceSecondsMax: number
}

const FRAME_MS = 200

/** The coupon database goes down while customers keep paying; in the end every paid order has one coupon. */
export class ChapterOne {
  readonly #options: ChapterOptions
  readonly #screen = new Screen()
  readonly #client: Client
  readonly #orders: OrderService
  readonly #coupons: CouponService
  readonly #traffic: Traffic
  readonly #startedAt = Date.now()
  #chapter = ''
  #databaseUp = true
  #deadLetters = 0
  #replayed = 0

  private constructor(options: ChapterOptions, client: Client) {
    this.#options = options
    this.#client = client
    this.#orders = new OrderService(options.orderDatabase, client)
    this.#coupons = new CouponService(options.couponDatabase)
    this.#traffic = new Traffic(this.#orders)
  }

  static async play(options: ChapterOptions): Promise<Reconciliation> {
    await using client = await connect({ nameservers: options.nameservers })
    const chapter = new ChapterOne(options, client)
    const frames = setInterval(() => void chapter.#draw(), FRAME_MS)
    try {
      return await chapter.#play()
    } finally {
      clearInterval(frames)
      chapter.#screen.keep()
      await chapter.#coupons.close()
      await chapter.#orders.close()
    }
  }

  async #play(): Promise<Reconciliation> {
    const { calmSeconds, outageSeconds, ordersPerSecond, outage } = this.#options
    await this.#openShop()
    this.#begin('Customers pay, coupons follow', 'The shop is open.')
    this.#traffic.start(ordersPerSecond)
    await seconds(calmSeconds)

    await outage.begin()
    this.#databaseUp = false
    this.#begin(
      'The coupon database is down',
      `The coupon database goes down (${outage.how}). Customers keep paying.`,
    )
    await seconds(outageSeconds)

    await outage.end()
    this.#databaseUp = true
    this.#begin(
      'The database is back, retries succeed',
      'The coupon database is back. What still retries, succeeds.',
    )
    await seconds(calmSeconds)
    await this.#traffic.stop()

    this.#begin('Dead letters are replayed', 'The last customer has gone. Dead letters are replayed.')
    await this.#replayUntilBalanced()
    return this.#reconcile()
  }

  async #openShop(): Promise<void> {
    const admin = this.#client.admin()
    await admin.topics.create(ORDER_PAID_TOPIC, { queues: 8 })
    await admin.groups.create(COUPON_GROUP, { retriesMax: this.#options.retriesMax })
    await this.#orders.createTables()
    await this.#coupons.createTables()
    await this.#coupons.start(this.#client)
  }

  /** Messages on their last retry become dead letters a little later, so one pass is not enough. */
  async #replayUntilBalanced(): Promise<void> {
    const giveUpAt = Date.now() + this.#options.balanceSecondsMax * 1000
    while (Date.now() < giveUpAt) {
      await this.#orders.announceMissed()
      const outcome = await replayDeadLetters(this.#client, {
        group: COUPON_GROUP,
        ratePerSecond: this.#options.replayPerSecond,
        onReplayed: () => void this.#replayed++,
      })
      const books = await this.#reconcile()
      if (outcome.replayed === 0 && books.lost.length === 0) return
      await seconds(0.5)
    }
  }

  async #reconcile(): Promise<Reconciliation> {
    return reconcile(await this.#orders.paidOrders(), await this.#coupons.couponOrders())
  }

  #begin(chapter: string, sentence: string): void {
    this.#chapter = chapter
    this.#screen.tell(`${pc.dim(this.#elapsed().toFixed(0).padStart(4))} s  ${sentence}`)
  }

  async #draw(): Promise<void> {
    await this.#countDeadLetters()
    this.#screen.draw({
      chapter: this.#chapter,
      databaseUp: this.#databaseUp,
      seconds: this.#elapsed(),
      paid: this.#traffic.paid,
      granted: this.#coupons.counts.granted,
      repeated: this.#coupons.counts.repeated,
      failedByAttempt: this.#coupons.counts.failedByAttempt,
      deadLetters: this.#deadLetters,
      replayed: this.#replayed,
    })
  }

  /** Keeps the last figure when the dead letters cannot be counted now: drawing the screen must not end the story. */
  async #countDeadLetters(): Promise<void> {
    try {
      this.#deadLetters = (await countDeadLetters(this.#client, COUPON_GROUP)).total
    } catch {}
  }

  #elapsed(): number {
    return (Date.now() - this.#startedAt) / 1000
  }
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1000))
}
