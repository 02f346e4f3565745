import { effectsIn } from '../services/effect-service.js'
import { EFFECTS, type Effect } from '../services/events.js'
import { type CopyBooks, readCopy } from '../services/order-copy.js'
import { ordersIn } from '../services/order-service.js'
import type { ServiceName, Street } from '../street/street.js'

/** Which service keeps an effect. */
export const KEEPER: Readonly<Record<Effect, ServiceName>> = {
  coupon: 'coupon',
  'red packet': 'red-packet',
  points: 'points',
  goods: 'warehouse',
  parcel: 'logistics',
}

/** The orders that did not get exactly one of an effect. */
export interface Imbalance {
  readonly effect: Effect
  readonly given: number
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  /** Orders that got it and were never paid. */
  readonly unfounded: readonly string[]
}

/** Every order against every effect, as the databases have them. */
export interface Books {
  /** All orders that were placed. */
  readonly orders: number
  readonly paid: number
  /** Orders that nobody paid, and nobody closed although it was time. */
  readonly leftOpen: number
  readonly effects: readonly Imbalance[]
  readonly lost: number
  readonly doubled: number
  readonly outOfOrder: number
  /** Orders that were served later than the shop promises; they count as lost. */
  readonly late: number
  /** The analytics copy of the orders, where there is one. */
  readonly copy?: CopyBooks | undefined
}

/** What there is besides the effects of paid orders. */
interface OtherBooks {
  readonly closed?: number
  readonly leftOpen?: number
  readonly late?: number
  readonly copy?: CopyBooks | undefined
}

/** Compares the orders that were paid with what each service has given. */
export function compare(
  paid: readonly string[],
  given: Readonly<Record<Effect, readonly string[]>>,
  { closed = 0, leftOpen = 0, late = 0, copy }: OtherBooks = {},
): Books {
  const orders = new Set(paid)
  const effects = EFFECTS.map((effect): Imbalance => {
    const counts = new Map<string, number>()
    for (const order of given[effect]) counts.set(order, (counts.get(order) ?? 0) + 1)
    return {
      effect,
      given: given[effect].length,
      lost: [...orders].filter((order) => !counts.has(order)),
      doubled: [...counts].filter(([, count]) => count > 1).map(([order]) => order),
      unfounded: [...counts.keys()].filter((order) => !orders.has(order)),
    }
  })
  const sum = (count: (each: Imbalance) => number) => effects.reduce((total, each) => total + count(each), 0)
  return {
    orders: orders.size + closed + leftOpen,
    paid: orders.size,
    leftOpen,
    late,
    effects,
    lost: sum(({ lost }) => lost.length) + leftOpen + late + (copy?.missing.length ?? 0),
    doubled: sum(({ doubled, unfounded }) => doubled.length + unfounded.length),
    outOfOrder: copy?.outOfOrder.length ?? 0,
    copy,
  }
}

/** Reads the databases; the services must be stopped, since each file belongs to one process. */
export async function readBooks(street: Street, late: number): Promise<Books> {
  const read = async <Result>(name: ServiceName, from: (database: Database) => Promise<Result>) => {
    const database = await street.openDatabase(name)
    try {
      return await from(database)
    } finally {
      await database.close()
    }
  }
  const [paid, closed, unpaid] = await read(
    'order',
    async (database) =>
      [
        await ordersIn(database, 'paid'),
        await ordersIn(database, 'closed'),
        await ordersIn(database, 'unpaid'),
      ] as const,
  )
  const given = await Promise.all(
    EFFECTS.map(async (effect) => [effect, await read(KEEPER[effect], effectsIn)] as const),
  )
  const copy = street.hasCopy
    ? await read('order', (orders) => read('analytics-1', (analytics) => readCopy(orders, analytics)))
    : undefined
  const others = { closed: closed.length, leftOpen: unpaid.length, late, copy }
  return compare(paid, Object.fromEntries(given) as Record<Effect, string[]>, others)
}

type Database = Awaited<ReturnType<Street['openDatabase']>>
