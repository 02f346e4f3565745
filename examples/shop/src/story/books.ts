import { effectsIn } from '../services/effect-service.js'
import { EFFECTS, type Effect } from '../services/events.js'
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
  readonly paid: number
  readonly effects: readonly Imbalance[]
  readonly lost: number
  readonly doubled: number
  readonly outOfOrder: number
}

/** Compares the orders that were paid with what each service has given. */
export function compare(paid: readonly string[], given: Readonly<Record<Effect, readonly string[]>>): Books {
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
    paid: orders.size,
    effects,
    lost: sum(({ lost }) => lost.length),
    doubled: sum(({ doubled, unfounded }) => doubled.length + unfounded.length),
    outOfOrder: 0,
  }
}

/** Reads the databases; the services must be stopped, since each file belongs to one process. */
export async function readBooks(street: Street): Promise<Books> {
  const read = async <Result>(name: ServiceName, from: (database: Database) => Promise<Result>) => {
    const database = await street.openDatabase(name)
    try {
      return await from(database)
    } finally {
      await database.close()
    }
  }
  const paid = await read('order', (database) => ordersIn(database, 'paid'))
  const given = await Promise.all(
    EFFECTS.map(async (effect) => [effect, await read(KEEPER[effect], effectsIn)] as const),
  )
  return compare(paid, Object.fromEntries(given) as Record<Effect, string[]>)
}

type Database = Awaited<ReturnType<Street['openDatabase']>>
