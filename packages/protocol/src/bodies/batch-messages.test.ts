import { isRocketeerError } from '@rocketeer/foundation'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { golden } from '../testing/golden-file.js'
import { type BatchMessage, BatchMessages } from './batch-messages.js'

const [sample] = golden.batches
const bytes = Buffer.from(sample!.hex, 'hex')
const messages: BatchMessage[] = sample!.messages.map((message) => ({
  ...message,
  body: Buffer.from(message.body, 'hex'),
}))

describe('a batch', () => {
  it('of Apache 5.5.0 is decoded', () => {
    expect(BatchMessages.decode(bytes)).toEqual(messages)
  })

  it('is encoded to the same bytes', () => {
    expect(BatchMessages.encode(messages).toString('hex')).toBe(sample!.hex)
  })

  it('may be empty', () => {
    expect(BatchMessages.decode(BatchMessages.encode([]))).toEqual([])
  })

  it('cut short anywhere is refused, except between messages', () => {
    const ends = new Set([0])
    for (let end = 0; end < bytes.length; ends.add(end)) end += bytes.readInt32BE(end)
    for (let length = 0; length < bytes.length; length++) {
      if (ends.has(length)) expect(BatchMessages.decode(bytes.subarray(0, length)).length).toBeLessThan(3)
      else
        expect(() => BatchMessages.decode(bytes.subarray(0, length))).toThrowError(
          expect.toSatisfy(isMalformed),
        )
    }
  })

  it('whose lengths lie is refused', () => {
    for (const position of [0, 16]) {
      for (const lie of [-1, 0, 1, 21, 1000, 0x7fffffff, -0x80000000]) {
        const lying = Buffer.from(bytes)
        lying.writeInt32BE(lie, position)
        expect(() => BatchMessages.decode(lying)).toThrowError(expect.toSatisfy(isMalformed))
      }
    }
  })

  it('comes back as it was', () => {
    const message = fc.record({
      flag: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      body: fc.uint8Array({ maxLength: 50 }).map((body) => Buffer.from(body)),
      properties: fc.string({ unit: 'grapheme', maxLength: 50 }),
    })
    fc.assert(
      fc.property(fc.array(message, { maxLength: 10 }), (batch) => {
        expect(BatchMessages.decode(BatchMessages.encode(batch))).toEqual(batch)
      }),
    )
  })

  it('refuses properties the format has no room for', () => {
    expect(() =>
      BatchMessages.encode([{ flag: 0, body: Buffer.alloc(0), properties: 'é'.repeat(20_000) }]),
    ).toThrowError(expect.toSatisfy((error) => isRocketeerError(error, 'RECORD_TOO_LARGE')))
  })
})

function isMalformed(error: unknown): boolean {
  return isRocketeerError(error, 'RECORD_MALFORMED')
}
