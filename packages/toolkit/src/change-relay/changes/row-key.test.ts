import { expect, it } from 'vitest'
import { rowKeyOf } from './row-key.js'

it('has no white space, and tells keys of several columns apart', () => {
  expect(rowKeyOf('shop.orders', { id: 17 })).toBe('shop.orders:17')
  expect(rowKeyOf('shop.a b', { a: 'x y', b: null })).toBe('shop.a%20b:x%20y,null')
  expect(rowKeyOf('t', { a: 'x,y', b: 'z' })).not.toBe(rowKeyOf('t', { a: 'x', b: 'y,z' }))
})

it('shortens long keys to a hash of all of them, and takes any Unicode', () => {
  const long = (end: string) => rowKeyOf('t', { id: `${'x'.repeat(5_000)}${end}` })
  expect(long('a')).toHaveLength(180)
  expect(long('a')).not.toBe(long('b'))
  expect(rowKeyOf('t', { id: 'a\uD800b😀' })).toBe('t:a%EF%BF%BDb%F0%9F%98%80')
})
