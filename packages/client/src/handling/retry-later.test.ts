import { describe, expect, it } from 'vitest'
import { deadLetterReasonOf, retryLater, toDeadLetters } from './retry-later.js'

describe('the reason of a dead letter', () => {
  it('is the text of what the handler threw, or gave', () => {
    expect(deadLetterReasonOf(new Error('broken'))).toBe('broken')
    expect(deadLetterReasonOf(toDeadLetters(new Error('broken')))).toBe('broken')
    expect(deadLetterReasonOf(toDeadLetters('a text'))).toBe('a text')
    expect(deadLetterReasonOf(toDeadLetters())).toBeUndefined()
  })

  it('is a text whatever was thrown', () => {
    const noText = Object.assign(new Error(), { message: { status: 503 } })
    expect(deadLetterReasonOf(noText)).toBe('[object Object]')
    expect(deadLetterReasonOf(Object.create(null))).toBe('something without a text was thrown')
  })

  it('fits a property: without control characters, in 256 bytes, no character cut in half', () => {
    expect(deadLetterReasonOf(new Error('a\u0001b\u0002\nc'))).toBe('a b c')
    const long = deadLetterReasonOf(new Error('优惠券'.repeat(100)))!
    expect(Buffer.byteLength(long)).toBe(255)
    expect('优惠券'.repeat(100).startsWith(long)).toBe(true)
  })
})

describe('what a handler throws on purpose', () => {
  it.each([
    [retryLater(), 'the handler wants the message again later'],
    [retryLater({ delayLevel: 5 }), 'the handler wants the message again after the delay of level 5'],
    [
      retryLater({ afterMs: 200, cause: new Error('busy') }),
      'the handler wants the message again in 200 ms: busy',
    ],
    [toDeadLetters(new Error('broken')), 'the handler made the message a dead letter: broken'],
  ])('says what it asks for: %s', (thrown, text) => expect(thrown.message).toBe(text))
})
