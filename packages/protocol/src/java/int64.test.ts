import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readInt64, writeInt64 } from './int64.js'

it.each([
  0,
  1,
  -1,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  -(2 ** 32) - 1,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
])('%d is the long that BigInt makes of it, in both directions', (value) => {
  const written = Buffer.alloc(10)
  writeInt64(written, 1, value)
  expect(written.readBigInt64BE(1)).toBe(BigInt(value))
  expect(readInt64(written, 1)).toBe(value)
})

it('every safe integer comes back as it was', () => {
  const buffer = Buffer.alloc(8)
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      writeInt64(buffer, 0, value)
      expect(readInt64(buffer, 0)).toBe(value)
    }),
  )
})
