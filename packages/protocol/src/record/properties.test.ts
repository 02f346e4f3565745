import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeProperties,
  encodeProperties,
  findProperty,
  tagsCodeOf,
  withoutProperty,
  withProperties,
} from './properties.js'

const encoded = 'KEYS\u0001k1 k2\u0002XKEYS\u0001other\u0002TAGS\u0001a\u0002EMPTY\u0001\u0002'

describe('properties', () => {
  it('are read, the last one also without its mark; a part without a value is left out', () => {
    expect(decodeProperties(`${encoded}junk\u0002LAST\u0001v`)).toEqual({
      KEYS: 'k1 k2',
      XKEYS: 'other',
      TAGS: 'a',
      EMPTY: '',
      LAST: 'v',
    })
  })

  it('are found one by one', () => {
    expect(findProperty(encoded, 'KEYS')).toBe('k1 k2')
    expect(findProperty(encoded, 'TAGS')).toBe('a')
    expect(findProperty(encoded, 'EMPTY')).toBe('')
    expect(findProperty(encoded, 'EYS')).toBeUndefined()
    expect(findProperty('A\u0001B', 'A')).toBe('B')
  })

  it('are the same without the one that is taken out', () => {
    const { TAGS, ...others } = decodeProperties(encoded)
    expect(withoutProperty(encoded, 'TAGS')).toBe(encodeProperties(others))
    expect(withoutProperty(encoded, 'OTHER')).toBe(encoded)
    expect(withoutProperty('A\u00011\u0002B\u00012\u0002A\u00013', 'A')).toBe('B\u00012\u0002')
    expect(withoutProperty('A\u00011', 'A')).toBe('')
  })

  it('get further ones, also when their last mark is missing', () => {
    const both = encodeProperties({ A: '1', B: '2' })
    expect(withProperties(encodeProperties({ A: '1' }), { B: '2' })).toBe(both)
    expect(withProperties('A\u00011', { B: '2' })).toBe(both)
    expect(withProperties('', { A: '1', B: '2' })).toBe(both)
  })

  it('have the hash of the tag for the consume queue, 0 without a tag', () => {
    expect(['TagA', '', undefined].map(tagsCodeOf)).toEqual([2598919, 0, 0])
  })

  it('may be called __proto__', () => {
    const properties = decodeProperties('__proto__\u0001x\u0002')
    expect(Object.keys(properties)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(properties)).toBe(Object.prototype)
    expect(encodeProperties(properties)).toBe('__proto__\u0001x\u0002')
  })

  it('come back as they were', () => {
    const word = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !text.includes('\u0001') && !text.includes('\u0002'))
    fc.assert(
      fc.property(fc.dictionary(word, word), (properties) => {
        expect(decodeProperties(encodeProperties(properties))).toEqual({ ...properties })
      }),
    )
  })
})
