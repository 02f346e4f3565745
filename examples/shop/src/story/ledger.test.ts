import { expect, it } from 'vitest'
import { EFFECTS, type ShopEvent } from '../services/events.js'
import { Ledger } from './ledger.js'
import { lifeText } from './unlucky-orders.js'

const RETRIES_MAX = 1

function ledgerOf(events: readonly ShopEvent[], retriesMax = RETRIES_MAX): Ledger {
  const ledger = new Ledger(retriesMax)
  for (const [at, event] of events.entries()) ledger.add({ ...event, service: 'coupon', at: at * 1_000 })
  return ledger
}

const failed = (attempt: number, order = 'a'): ShopEvent => ({
  kind: 'failed',
  effect: 'coupon',
  order,
  attempt,
  error: '',
})
const replayed: ShopEvent = { kind: 'replayed', effect: 'coupon', order: 'a' }
const granted = (order: string): ShopEvent => ({ kind: 'effect', effect: 'coupon', order, attempt: 0 })

it('counts failures by attempt, and those of the last retry as dead letters', () => {
  const ledger = ledgerOf([failed(0), failed(1), replayed])
  expect(ledger.countsOf('coupon')).toMatchObject({ failedByAttempt: [1, 1], dead: 1, replayed: 1 })
})

it('counts dead letters that died again after a replay', () => {
  const dead = [failed(0), failed(1)]
  expect(ledgerOf([...dead, failed(1, 'b'), replayed, ...dead]).countsOf('coupon')).toMatchObject({
    dead: 3,
    deadNow: 2,
    deadAgain: 1,
  })
})

it('knows what each order waits for at the moment', () => {
  const events = [failed(0), failed(0, 'b'), failed(1), replayed, granted('b')]
  const moments = events.map((_, last) => {
    const { waitingByRetry, deadNow } = ledgerOf(events.slice(0, last + 1)).countsOf('coupon')
    return [...waitingByRetry, deadNow]
  })
  expect(moments).toEqual([
    [1, 0],
    [2, 0],
    [1, 1],
    [1, 0],
    [0, 0],
  ])
})

it('knows which paid orders have not got everything', () => {
  const effects = EFFECTS.map((effect) => ({ kind: 'effect', effect, order: 'a', attempt: 0 }) as const)
  const paid = { kind: 'paid', order: 'a' } as const
  expect(ledgerOf([paid, ...effects.slice(1)]).open).toBe(1)
  expect(ledgerOf([...effects, paid, paid, ...effects]).open).toBe(0)
})

it('measures the recovery by the orders that were open when the harm was over', () => {
  const ledger = new Ledger(RETRIES_MAX)
  const complete = (order: string, at: number) => {
    for (const effect of EFFECTS)
      ledger.add({ kind: 'effect', effect, order, attempt: 0, service: effect, at })
  }
  const pay = (order: string, at: number) => ledger.add({ kind: 'paid', order, service: 'order', at })
  pay('a', 1_000)
  ledger.harmIsOver(5_000)
  expect(ledger.struck).toBe(1)
  pay('b', 6_000)
  complete('a', 7_000)
  complete('b', 9_000)
  expect(ledger).toMatchObject({ struck: 0, open: 0, recoveryMs: 2_000 })
})

it('counts what came again without having been told as given', () => {
  const repeated: ShopEvent = { kind: 'repeated', effect: 'coupon', order: 'a' }
  expect(ledgerOf([repeated, repeated]).countsOf('coupon')).toMatchObject({ given: 1, repeated: 2 })
})

it('knows when processes were gone', () => {
  const ledger = ledgerOf([
    { kind: 'ready' },
    { kind: 'gone' },
    { kind: 'ready' },
    { kind: 'gone' },
    { kind: 'gone' },
  ])
  expect(ledger.absences).toEqual([
    { service: 'coupon', from: 1_000, to: 2_000 },
    { service: 'coupon', from: 3_000, to: undefined },
  ])
  expect(ledger.gone).toEqual(['coupon'])
})

it('follows an order that failed once to its end', () => {
  const ledger = ledgerOf([failed(0), granted('a')])
  expect(lifeText(ledger.unluckiest!, RETRIES_MAX)).toBe('a: coupon failed once, granted after 1 s')
})

it('tells the life of the order that failed most often', () => {
  const ledger = ledgerOf([
    granted('b'),
    failed(0, 'b'),
    failed(0),
    failed(1),
    replayed,
    granted('a'),
    failed(0, 'c'),
  ])
  const text = lifeText(ledger.unluckiest!, RETRIES_MAX)
  expect(text).toBe('a: coupon failed 2 times, dead, replayed, granted after 3 s')
})
