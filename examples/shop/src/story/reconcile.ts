/** The orders of one database against the coupons of the other, at the end. */
export interface Reconciliation {
  paid: number
  granted: number
  /** Orders with more than one coupon. */
  doubled: string[]
  /** Paid orders without a coupon. */
  lost: string[]
  /** Coupons whose order was never paid. */
  unfounded: string[]
}

/** Compares every paid order with the coupons granted, by order id. */
export function reconcile(paidOrders: readonly string[], couponOrders: readonly string[]): Reconciliation {
  const paid = new Set(paidOrders)
  const coupons = new Map<string, number>()
  for (const order of couponOrders) coupons.set(order, (coupons.get(order) ?? 0) + 1)
  return {
    paid: paid.size,
    granted: couponOrders.length,
    doubled: [...coupons].filter(([, count]) => count > 1).map(([order]) => order),
    lost: [...paid].filter((order) => !coupons.has(order)),
    unfounded: [...coupons.keys()].filter((order) => !paid.has(order)),
  }
}

export function isClean(result: Reconciliation): boolean {
  return result.doubled.length + result.lost.length + result.unfounded.length === 0
}
