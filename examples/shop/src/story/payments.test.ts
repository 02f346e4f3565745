import { expect, it } from 'vitest'
import { Payments } from './payments.js'

const customers = (orders: number, seed = 1) => {
  const payments = new Payments({
    orderService: '',
    orders,
    ordersPerSecond: 1,
    twice: 0,
    unpaid: 0.25,
    atLastMoment: 0.1,
    lastMomentMs: 0,
    seed,
  })
  return Array.from({ length: orders }, (_, number) => payments.whenPays(number))
}

it('has a share of any customers in a row never pay, however few they are', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const all = customers(200, seed)
    for (let from = 0; from < 180; from += 20) {
      const never = all.slice(from, from + 20).filter((when) => when === 'never').length
      expect(never).toBeGreaterThanOrEqual(4)
      expect(never).toBeLessThanOrEqual(6)
    }
  }
})

it('has the seed decide who they are', () => {
  expect(customers(50)).toEqual(customers(50))
  expect(customers(50)).not.toEqual(customers(50, 2))
})
