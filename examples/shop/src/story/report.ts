import Table from 'cli-table3'
import { pc } from './colors.js'
import { isClean, type Reconciliation } from './reconcile.js'

/** How many order ids the report names at most; the others can be looked up in the databases. */
const IDS_SHOWN_MAX = 5

/** The final table: every paid order against its coupon. */
export function report(result: Reconciliation): string {
  const table = new Table({
    head: ['', 'orders', ''],
    style: { head: [], border: [] },
    colAligns: ['left', 'right'],
  })
  table.push(
    ['paid', result.paid, ''],
    ['coupons granted', result.granted, ''],
    ['doubled', verdict(result.doubled), examples(result.doubled)],
    ['lost', verdict(result.lost), examples(result.lost)],
    ['never paid for', verdict(result.unfounded), examples(result.unfounded)],
  )
  const sentence = isClean(result)
    ? pc.green('Every paid order has exactly one coupon.')
    : pc.red('The books do not balance.')
  return `${table.toString()}\n${sentence}`
}

function verdict(orders: readonly string[]): string {
  return orders.length === 0 ? pc.green('0') : pc.red(String(orders.length))
}

function examples(orders: readonly string[]): string {
  return orders.slice(0, IDS_SHOWN_MAX).join(', ') + (orders.length > IDS_SHOWN_MAX ? ', …' : '')
}
