import { expect, it } from 'vitest'
import { compareCopy } from './order-copy.js'

const states = (order: string, ...all: string[]) => all.map((state) => ({ order, state }))

it('finds nothing in a copy that is equal and was made in order', () => {
  const books = compareCopy(states('a', 'paid'), states('a', 'paid'), states('a', 'unpaid', 'paid'))
  expect(books).toEqual({ rows: 1, missing: [], outOfOrder: [] })
})

it('names orders that are missing, that have an old state, and whose states came in the wrong order', () => {
  const orders = [...states('a', 'sent'), ...states('b', 'sent'), ...states('c', 'sent')]
  const copy = [...states('b', 'paid'), ...states('c', 'sent')]
  const applied = states('c', 'paid', 'sent', 'packed', 'sent')
  expect(compareCopy(orders, copy, applied)).toEqual({ rows: 2, missing: ['a'], outOfOrder: ['c', 'b'] })
})

it('takes a closed order for one that goes no further', () => {
  const orders = states('a', 'closed')
  expect(compareCopy(orders, orders, states('a', 'unpaid', 'closed')).outOfOrder).toEqual([])
  expect(compareCopy(orders, orders, states('a', 'closed', 'unpaid')).outOfOrder).toEqual(['a'])
})
