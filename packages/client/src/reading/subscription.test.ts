import { describe, expect, it } from 'vitest'
import { subscriptionOf, wants } from './subscription.js'

describe('subscriptionOf', () => {
  it.each(['*', '', '  * '])('takes %j as every message', (expression) => {
    const subscription = subscriptionOf('orders', expression, 1)
    expect(subscription).toMatchObject({ expression: '*', tags: new Set(), tagCodes: [] })
    expect(wants(subscription, undefined)).toBe(true)
    expect(wants(subscription, 'any')).toBe(true)
  })

  it('splits tags and gives their Java hash codes', () => {
    const subscription = subscriptionOf('orders', 'TagA || TagB||', 1)
    expect([...subscription.tags]).toEqual(['TagA', 'TagB'])
    expect(subscription.tagCodes).toEqual([2598919, 2598920])
    expect(wants(subscription, 'TagB')).toBe(true)
    expect(wants(subscription, undefined)).toBe(false)
  })

  it('tells tags with the same hash apart', () => {
    const subscription = subscriptionOf('orders', 'Aa', 1)
    expect(subscriptionOf('orders', 'BB', 1).tagCodes).toEqual(subscription.tagCodes)
    expect(wants(subscription, 'BB')).toBe(false)
  })

  it('refuses an expression without a tag, and invalid topic names', () => {
    expect(() => subscriptionOf('orders', ' || ', 1)).toThrow(
      expect.objectContaining({ code: 'TOPIC_INVALID' }),
    )
    expect(() => subscriptionOf('a b', '*', 1)).toThrow(expect.objectContaining({ code: 'TOPIC_INVALID' }))
  })
})
