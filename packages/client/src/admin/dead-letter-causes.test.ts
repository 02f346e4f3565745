import { encodeFailureHistory, NO_FAILURES } from '@rocketeer/protocol/record'
import { describe, expect, it } from 'vitest'
import { madeMessage } from '../testing/made-message.js'
import { deadLetterOf } from './dead-letter.js'
import { CauseTable, normalised } from './dead-letter-causes.js'

function dead(since: number, name: string, text: string, key = `k-${since}`) {
  const attempt = (message: string) => ({
    ...{ at: since, error: { name, message }, member: 'm', durationMs: 1, reconsumeTimes: 0 },
  })
  const history = { ...NO_FAILURES, attempts: [attempt('an earlier one'), attempt(text)] }
  const properties = { KEYS: key, FAILURE_HISTORY: encodeFailureHistory(history) }
  return deadLetterOf(madeMessage({ storeTimestamp: since, properties }), 0)
}

describe('what dead letters died of', () => {
  it('is told by the error of the last attempt, its numbers and ids left out', () => {
    const table = new CauseTable('message')
    table.add(dead(2, 'Error', 'order-000042 has no coupon'))
    table.add(dead(1, 'Error', 'order-000041 has no coupon'))
    table.add(dead(3, 'TypeError', 'x is undefined'))
    table.add(deadLetterOf(madeMessage({ properties: { DEAD_LETTER_REASON: 'no such order' } }), 0))
    table.add(deadLetterOf(madeMessage(), 0))
    const { causes, ...sums } = table.result
    expect(sums).toEqual({ count: 5, others: 0, unexplained: 1 })
    expect(causes.map(({ count, error }) => [count, error.name, error.message])).toEqual([
      [2, 'Error', 'order-<n> has no coupon'],
      [1, 'TypeError', 'x is undefined'],
      [1, 'Error', 'no such order'],
    ])
    expect(causes[0]).toMatchObject({
      ...{ firstAt: 1, lastAt: 2, example: 'order-000042 has no coupon' },
      ...{ topics: ['orders'], keys: ['k-1', 'k-2'] },
    })
  })

  it('is told by the name alone when asked so', () => {
    const table = new CauseTable('error')
    table.add(dead(1, 'Error', 'a'))
    table.add(dead(2, 'Error', 'b'))
    expect(table.result.causes).toMatchObject([
      { error: { name: 'Error', message: '' }, count: 2, example: 'b' },
    ])
  })

  it('is kept in bounded room', () => {
    const table = new CauseTable('message')
    for (let i = 0; i < 1_010; i++) table.add(dead(i, `Error${'x'.repeat(i)}`, 'a'))
    expect(table.result).toMatchObject({ count: 1_010, others: 10 })
    expect(table.result.causes).toHaveLength(1_000)
  })

  it.each([
    ['order-000042 of 7 items', 'order-<n> of <n> items'],
    ['connect ECONNREFUSED 10.0.0.7:3306', 'connect ECONNREFUSED <n>'],
    ['job 0b8f4d9e-1c2d-4e5f-8a9b-0c1d2e3f4a5b failed', 'job <id> failed'],
    ['message 7F0000010A2F1B6D2C8F5A3E00000001', 'message <id>'],
    ['the facade is defaced', 'the facade is defaced'],
  ])('%s is like %s', (text, alike) => {
    expect(normalised(text)).toBe(alike)
  })
})
