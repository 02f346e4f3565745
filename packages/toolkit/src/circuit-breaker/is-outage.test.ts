import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { isOutage } from './is-outage.js'

const caught = (work: () => Promise<unknown>) =>
  work().then(
    () => undefined,
    (error: unknown) => error,
  )
const withCode = (code: unknown) => Object.assign(new Error('no'), { code })

describe('an outage', () => {
  it('is what Node itself throws when nobody is there, or takes too long', async () => {
    const refused = await new Promise((resolve) => connect(1, '127.0.0.1').once('error', resolve))
    expect(isOutage(refused)).toBe(true)
    expect(isOutage(await caught(() => fetch('http://127.0.0.1:1')))).toBe(true)
    expect(isOutage(await caught(() => fetch('http://localhost:1')))).toBe(true)
    expect(isOutage(AbortSignal.timeout(0).reason ?? new DOMException('', 'TimeoutError'))).toBe(true)
  })

  it.each([
    ...['ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND', 'PROTOCOL_CONNECTION_LOST', 'ER_CON_COUNT_ERROR'],
    ...['08006', '57P01', '53300', 'P2024'],
  ])('has the code %s', (code) => {
    expect(isOutage(withCode(code))).toBe(true)
    expect(isOutage(new Error('the coupon was not granted', { cause: withCode(code) }))).toBe(true)
    expect(isOutage(new AggregateError([new Error(), withCode(code)]))).toBe(true)
    expect(
      isOutage(Object.assign(new Error(), { name: 'QueryFailedError', driverError: withCode(code) })),
    ).toBe(true)
  })

  it.each([
    { status: 503 },
    { statusCode: 502 },
    { response: { status: 504 } },
    { response: { statusCode: 503 } },
  ])('has an answer such as %j', (facts) => {
    expect(isOutage(Object.assign(new Error('no'), facts))).toBe(true)
  })

  it.each([
    'Connection terminated unexpectedly',
    'Connection is closed.',
    'LOADING Redis is loading the dataset',
  ])('says %s', (text) => {
    expect(isOutage(new Error(text))).toBe(true)
  })

  it('is nothing that is wrong with a message', () => {
    const circle: { cause?: unknown } = new Error('a circle')
    circle.cause = circle
    const others = [
      ...[undefined, null, 'ECONNREFUSED', 503, {}, circle, new TypeError('x is not a function')],
      ...['ER_DUP_ENTRY', '23505', 'ER_LOCK_DEADLOCK', 'P2002', 'ENOENT', 8006].map(withCode),
      ...[400, 404, 409, 429, 500].map((status) => ({ status })),
    ]
    expect(others.filter(isOutage)).toEqual([])
  })
})
