import { describe, expect, it } from 'vitest'
import { isClean, reconcile } from './reconcile.js'

describe('reconcile', () => {
  it('finds nothing wrong when every paid order has one coupon', () => {
    const result = reconcile(['a', 'b'], ['b', 'a'])
    expect(result).toEqual({ paid: 2, granted: 2, doubled: [], lost: [], unfounded: [] })
    expect(isClean(result)).toBe(true)
  })

  it.each([
    ['a doubled coupon', ['a'], ['a', 'a'], { doubled: ['a'] }],
    ['a lost coupon', ['a', 'b'], ['a'], { lost: ['b'] }],
    ['a coupon nobody paid for', ['a'], ['a', 'x'], { unfounded: ['x'] }],
  ])('names %s', (_, paid, coupons, expected) => {
    const result = reconcile(paid, coupons)
    expect(result).toMatchObject(expected)
    expect(isClean(result)).toBe(false)
  })
})
