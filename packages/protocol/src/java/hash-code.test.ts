import { expect, it } from 'vitest'
import { javaHashCode } from './hash-code.js'

/** As `"…".hashCode()` gives them in Java. */
it.each([
  ['', 0],
  ['a', 97],
  ['TagA', 2598919],
  ['polygenelubricants', -(2 ** 31)],
  ['优惠券', 20248176],
])('the hash of "%s" is %d', (text, hash) => {
  expect(javaHashCode(text)).toBe(hash)
})
