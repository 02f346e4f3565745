import { describe, expect, it } from 'vitest'
import { isRocketeerError } from './errors.js'
import { defineRefusals, Refusal, refusalRow } from './refusals.js'

const refusals = defineRefusals({
  BUSY: refusalRow<{ requests: number }>({
    message: ({ requests }) => `${requests} requests are under way`,
    retryable: true,
    responseCode: 2,
  }),
  FORBIDDEN: refusalRow<{ topic: string }>({
    message: ({ topic }) => `${topic} is forbidden`,
    responseCode: 16,
    fields: { forbiddenType: 3 },
  }),
})

declare module './errors.js' {
  interface ErrorTables {
    refusalsTest: typeof refusals
  }
}

describe('defineRefusals', () => {
  it('makes errors with code, text, details, response code and what to do with them', () => {
    const refusal = refusals.BUSY({ requests: 7 })
    expect(refusal).toBeInstanceOf(Refusal)
    expect(isRocketeerError(refusal, 'BUSY')).toBe(true)
    expect(refusal).toMatchObject({
      message: '7 requests are under way',
      retryable: true,
      responseCode: 2,
      details: { requests: 7 },
    })
    expect(refusal.fields).toBeUndefined()
  })

  it('adds header fields to the answer where the table says so', () => {
    expect(refusals.FORBIDDEN({ topic: 'orders' }).fields).toEqual({ forbiddenType: 3 })
  })

  it('keeps the cause', () => {
    const cause = new Error('EIO')
    expect(refusals.BUSY({ requests: 1 }, cause).cause).toBe(cause)
  })

  it('takes no stack trace, and leaves those of errors alone', () => {
    expect(refusals.BUSY({ requests: 1 }).stack).not.toContain(' at ')
    expect(new Error('ours').stack).toContain(' at ')
  })
})
