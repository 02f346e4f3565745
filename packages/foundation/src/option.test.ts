import { describe, expect, it } from 'vitest'
import { systemClock } from './clock.js'
import { option } from './option.js'
import { z } from './options.js'

describe('kinds of options', () => {
  it.each([
    ['count', 0],
    ['bytes', 1.5],
    ['milliseconds', Number.POSITIVE_INFINITY],
    ['milliseconds', '5'],
    ['percent', 101],
    ['flag', 'true'],
    ['port', 65_536],
    ['text', ''],
    ['addresses', 'here'],
    ['addresses', ['a:1', 'b:']],
    ['addresses', 'a b:1'],
    ['addresses', 'a:0'],
    ['addresses', 'a:65536'],
    ['clock', {}],
    ['logger', console.log],
  ] as const)('%s refuses %j', (kind, value) => {
    expect(option[kind]().safeParse(value).success).toBe(false)
  })

  it('take addresses as a list and as text', () => {
    const list = ['a:1', '[::1]:2']
    for (const given of [list, 'a:1;[::1]:2', ' a:1 , [::1]:2 ', ['a:1', '', ' [::1]:2']])
      expect(option.addresses().parse(given)).toEqual(list)
    expect(option.addresses().parse('')).toEqual([])
  })

  it('take Infinity for never where an option says so', () => {
    const never = option.orNever(z.int().min(0))
    expect(never.parse(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY)
    expect(never.parse(3)).toBe(3)
    for (const value of [Number.NEGATIVE_INFINITY, Number.NaN, 1.5, -1, '3'])
      expect(never.safeParse(value).success).toBe(false)
  })

  it('take a clock as it is', () => {
    expect(option.clock().parse(systemClock)).toBe(systemClock)
  })
})
