import { expect, it } from 'vitest'
import { OffsetSet } from './offset-set.js'

it('holds offsets, also beyond 2^32', () => {
  const set = new OffsetSet()
  const offsets = [0, 31, 32, 32_767, 32_768, 2 ** 32 + 5]
  for (const offset of offsets) set.add(offset)
  for (const offset of offsets) {
    expect(set.has(offset)).toBe(true)
    expect(set.has(offset + 1)).toBe(offsets.includes(offset + 1))
  }
})

it('needs a piece per 32,768 offsets and frees those left behind', () => {
  const set = new OffsetSet()
  for (let offset = 0; offset < 100_000; offset++) set.add(offset)
  expect(set.pieces).toBe(4)
  set.dropBelow(70_000)
  expect(set.pieces).toBe(2)
  expect([set.has(70_000), set.has(99_999)]).toEqual([true, true])
})
