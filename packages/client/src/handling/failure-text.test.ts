import { describe, expect, it } from 'vitest'
import { clientErrors } from '../errors.js'
import { describeError, lineOf } from './failure-text.js'

class CouponError extends Error {}

describe('what is told of an error', () => {
  it('is its name and text; the code is the name of one of ours', () => {
    expect(describeError(new TypeError('x is undefined'))).toEqual({
      name: 'TypeError',
      message: 'x is undefined',
    })
    expect(describeError(new CouponError('none left')).name).toBe('CouponError')
    expect(describeError(clientErrors.GROUP_UNKNOWN({ group: 'g' })).name).toBe('GROUP_UNKNOWN')
    expect(describeError('a string')).toEqual({ name: 'string', message: 'a string' })
  })

  it('is the text of its causes, too, as of a fetch that failed', () => {
    const refused = new AggregateError([new Error('connect ECONNREFUSED 127.0.0.1:3306')], '')
    const failed = new TypeError('fetch failed', { cause: Object.assign(refused, { code: 'ECONNREFUSED' }) })
    expect(describeError(failed)).toEqual({
      name: 'TypeError',
      message: 'fetch failed: ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:3306',
    })
    const again = new Error('no: fetch failed', { cause: new Error('fetch failed') })
    expect(describeError(again).message).toBe('no: fetch failed')
    const circle = new Error('round')
    circle.cause = new Error('and', { cause: circle })
    expect(describeError(circle).message).toBe('round: and')
  })

  it('is something whatever was thrown', () => {
    const hostile = Object.create(Error.prototype, {
      name: { get: () => assertNever() },
      message: { value: 'hostile' },
    })
    expect(describeError(hostile)).toEqual({ name: 'Error', message: 'hostile' })
    expect(describeError(Object.create(null)).message).toBe('something without a text was thrown')
    expect(describeError(undefined)).toEqual({ name: 'undefined', message: 'undefined' })
  })
})

function assertNever(): never {
  throw new Error('nobody may look')
}

it('a line has no control characters and no halves of characters, and is cut between them', () => {
  expect(lineOf(' a\u0001b\u0002\n\u0085c ', 99)).toBe('a b c')
  expect(lineOf('a\ud800b', 99)).toBe('a\ufffdb')
  expect(lineOf('优惠券', 8)).toBe('优惠')
  expect(lineOf('x'.repeat(1_000_000), 256)).toHaveLength(256)
  expect(lineOf('x', 0)).toBe('')
})
