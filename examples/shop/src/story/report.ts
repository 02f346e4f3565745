import Table from 'cli-table3'
import type { Books } from './books.js'
import { pc } from './colors.js'

/** How many order ids the report names at most; the others can be looked up in the databases. */
const IDS_SHOWN_MAX = 4

/** The final table: every paid order against every effect. */
export function report(books: Books): string {
  const table = new Table({
    head: [`${books.paid} paid orders`, 'granted', 'lost', 'doubled', 'never paid'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'right', 'right'],
  })
  for (const { effect, given, lost, doubled, unfounded } of books.effects) {
    table.push([effect, given, figure(lost), figure(doubled), figure(unfounded)])
  }
  return [table.toString(), ...othersIn(books)].join('\n')
}

/** What became of orders that nobody paid, a line for each kind. */
export function othersIn({ orders, paid, leftOpen, late, copy }: Books): string[] {
  const closed = orders - paid - leftOpen
  return [
    ...(closed > 0 ? [`${closed} unpaid orders were closed`] : []),
    ...(late > 0 ? [`${late} orders got something later than promised`] : []),
    ...(copy ? [copyText(copy)] : []),
    ...(leftOpen > 0 ? [`${leftOpen} unpaid orders are still open, and hold their goods`] : []),
  ]
}

function figure(orders: readonly string[]): string {
  return orders.length === 0 ? pc.green('0') : pc.red(String(orders.length))
}

/** Some of the orders that did not get exactly one of an effect, a line for each. */
export function examplesIn(books: Books): string[] {
  return books.effects.flatMap(({ effect, lost, doubled, unfounded }) => {
    const orders = [...lost, ...doubled, ...unfounded]
    if (orders.length === 0) return []
    return `${effect}: ${orders.slice(0, IDS_SHOWN_MAX).join(', ')}${orders.length > IDS_SHOWN_MAX ? ', …' : ''}`
  })
}

/** The last line of `--json`. */
export interface Outcome {
  readonly scenario: string
  readonly orders: number
  readonly lost: number
  readonly doubled: number
  readonly outOfOrder: number
  readonly recoverySeconds: number
  /** False when the run went without its remedy. */
  readonly remedy: boolean
}

export function verdict({ lost, doubled, outOfOrder, recoverySeconds }: Outcome): string {
  const counts = `${lost} lost, ${doubled} doubled, ${outOfOrder} out of order`
  const recovery = `recovered ${recoverySeconds.toFixed(1)} s after the harm was over`
  return lost + doubled + outOfOrder === 0 ? pc.green(`${counts}; ${recovery}`) : pc.red(counts)
}

function copyText({ rows, missing, outOfOrder }: NonNullable<Books['copy']>): string {
  const examples = outOfOrder.length === 0 ? '' : `, such as ${outOfOrder.slice(0, IDS_SHOWN_MAX).join(', ')}`
  return `analytics copy: ${rows} orders, ${missing.length} missing, ${outOfOrder.length} applied out of order${examples}`
}
