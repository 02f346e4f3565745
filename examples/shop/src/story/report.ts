import Table from 'cli-table3'
import type { TimedEvent } from '../services/events.js'
import type { Books, Imbalance } from './books.js'
import { pc } from './colors.js'

/** How many order ids the report names at most; the others can be looked up in the databases. */
const IDS_SHOWN_MAX = 4

/** The final table: every paid order against every effect. */
export function report(books: Books): string {
  const table = new Table({
    head: [`${books.paid} paid orders`, 'given', 'lost', 'doubled', 'never paid', ''],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
  })
  for (const each of books.effects) {
    const { effect, given, lost, doubled, unfounded } = each
    table.push([effect, given, figure(lost), figure(doubled), figure(unfounded), examples(each)])
  }
  return table.toString()
}

function figure(orders: readonly string[]): string {
  return orders.length === 0 ? pc.green('0') : pc.red(String(orders.length))
}

function examples({ lost, doubled, unfounded }: Imbalance): string {
  const orders = [...lost, ...doubled, ...unfounded]
  return orders.slice(0, IDS_SHOWN_MAX).join(', ') + (orders.length > IDS_SHOWN_MAX ? ', …' : '')
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

/** The life of the order that failed most often, such as `order-000085: failed (coupon) at 8.5 s, …`. */
export function lifeOf({
  order,
  life,
}: {
  readonly order: string
  readonly life: readonly TimedEvent[]
}): string {
  const steps = life.map((event) => `${stepText(event)} at ${(event.at / 1_000).toFixed(1)} s`)
  return `${pc.bold(order)}: ${steps.join(', ')}`
}

function stepText(event: TimedEvent): string {
  if (!('effect' in event)) return event.kind
  switch (event.kind) {
    case 'effect':
      return `got its ${event.effect}`
    case 'failed':
      return `no ${event.effect}${event.attempt === 0 ? '' : ` (retry ${event.attempt})`}`
    case 'replayed':
      return `replayed for its ${event.effect}`
    case 'repeated':
      return `had its ${event.effect} already`
  }
}
