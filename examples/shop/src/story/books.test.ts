import { describe, expect, it } from 'vitest'
import { EFFECTS, type Effect } from '../services/events.js'
import { compare } from './books.js'

const paid = ['a', 'b']
const everything = Object.fromEntries(EFFECTS.map((effect) => [effect, paid])) as Record<Effect, string[]>

describe('the books', () => {
  it('balance when every paid order has each effect once', () => {
    expect(compare(paid, everything)).toMatchObject({ paid: 2, lost: 0, doubled: 0, outOfOrder: 0 })
  })

  it.each([
    ['a lost coupon', ['a'], { lost: ['b'] }, { lost: 1, doubled: 0 }],
    ['a doubled coupon', ['a', 'b', 'b'], { doubled: ['b'] }, { lost: 0, doubled: 1 }],
    ['a coupon nobody paid for', ['a', 'b', 'x'], { unfounded: ['x'] }, { lost: 0, doubled: 1 }],
  ])('name %s', (_, coupon, expected, sums) => {
    const books = compare(paid, { ...everything, coupon })
    expect(books).toMatchObject(sums)
    expect(books.effects.find(({ effect }) => effect === 'coupon')).toMatchObject(expected)
  })

  it('count an order that nobody pays and nobody closes as lost', () => {
    const books = compare(paid, everything, { closed: 3, leftOpen: 1 })
    expect(books).toMatchObject({ orders: 6, paid: 2, leftOpen: 1, lost: 1 })
  })
})
