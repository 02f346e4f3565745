import { expect, it } from 'vitest'
import type { ShopEvent } from '../services/events.js'
import { Ledger } from './ledger.js'

const RETRIES_MAX = 1

function ledgerOf(events: readonly ShopEvent[]): Ledger {
  const ledger = new Ledger(RETRIES_MAX)
  for (const [at, event] of events.entries()) ledger.add({ ...event, service: 'coupon', at })
  return ledger
}

const failed = (attempt: number): ShopEvent => ({
  kind: 'failed',
  effect: 'coupon',
  order: 'a',
  attempt,
  error: '',
})

it('counts failures by attempt, and those of the last retry as dead letters', () => {
  const ledger = ledgerOf([failed(0), failed(1), { kind: 'replayed', effect: 'coupon', order: 'a' }])
  expect(ledger.countsOf('coupon')).toMatchObject({ failedByAttempt: [1, 1], dead: 1, replayed: 1 })
})

it('knows which paid orders have not got everything', () => {
  const ledger = ledgerOf([
    { kind: 'paid', order: 'a' },
    { kind: 'effect', effect: 'coupon', order: 'a', attempt: 0 },
  ])
  expect(ledger.open).toBe(1)
})

it('remembers the life of the order that failed most often', () => {
  const paid: ShopEvent = { kind: 'effect', effect: 'coupon', order: 'b', attempt: 0 }
  const ledger = ledgerOf([
    paid,
    failed(0),
    failed(1),
    { kind: 'effect', effect: 'coupon', order: 'a', attempt: 0 },
  ])
  expect(ledger.unluckiest()?.order).toBe('a')
  expect(ledger.unluckiest()?.life.map(({ kind }) => kind)).toEqual(['failed', 'failed', 'effect'])
})
