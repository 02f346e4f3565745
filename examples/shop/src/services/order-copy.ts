import type { ServiceDatabase } from '../databases/database.js'

/** The states of an order that is paid, in their order; the order service goes through them by itself. */
export const STATES = ['unpaid', 'paid', 'packed', 'sent', 'arrived'] as const

export const COPY_TABLES = [
  'CREATE TABLE IF NOT EXISTS orders (id VARCHAR(32) PRIMARY KEY, customer VARCHAR(32) NOT NULL, ' +
    'amount_cents INTEGER NOT NULL, state VARCHAR(8) NOT NULL)',
  // What was applied, in the order in which it was: it shows what the last state of a row hides.
  'CREATE TABLE IF NOT EXISTS applied (id BIGINT AUTO_INCREMENT PRIMARY KEY, ' +
    'order_id VARCHAR(32) NOT NULL, state VARCHAR(8) NOT NULL)',
]

/** How the analytics copy differs from the table that it is a copy of. */
export interface CopyBooks {
  readonly rows: number
  /** Orders that the copy does not have. */
  readonly missing: readonly string[]
  /** Orders whose changes were applied in the wrong order, or that ended in an old state. */
  readonly outOfOrder: readonly string[]
}

interface OrderState {
  readonly order: string
  readonly state: string
}

/** Compares the orders, the copy's orders, and the states that were applied to it, the first one first. */
export function compareCopy(
  orders: readonly OrderState[],
  copy: readonly OrderState[],
  applied: readonly OrderState[],
): CopyBooks {
  const copied = new Map(copy.map(({ order, state }) => [order, state]))
  const wrong = new Set<string>()
  const reached = new Map<string, number>()
  for (const { order, state } of applied) {
    const rank = rankOf(state)
    if (rank < (reached.get(order) ?? 0)) wrong.add(order)
    else reached.set(order, rank)
  }
  for (const { order, state } of orders)
    if (copied.has(order) && copied.get(order) !== state) wrong.add(order)
  return {
    rows: copied.size,
    missing: orders.filter(({ order }) => !copied.has(order)).map(({ order }) => order),
    outOfOrder: [...wrong],
  }
}

/** How far an order is; one that is closed was never paid. */
function rankOf(state: string): number {
  return state === 'closed' ? STATES.length : STATES.indexOf(state as (typeof STATES)[number])
}

/** Reads both databases and compares them. */
export async function readCopy(orders: ServiceDatabase, analytics: ServiceDatabase): Promise<CopyBooks> {
  const statesIn = async (database: ServiceDatabase, sql: string) =>
    (await database.all(sql)).map((row) => ({ order: String(row.id), state: String(row.state) }))
  return compareCopy(
    await statesIn(orders, 'SELECT id, state FROM orders'),
    await statesIn(analytics, 'SELECT id, state FROM orders'),
    await statesIn(analytics, 'SELECT order_id AS id, state FROM applied ORDER BY applied.id'),
  )
}
