import { describe, expect, it } from 'vitest'
import { parseJavaProperties } from './java-properties.js'

describe('a properties file', () => {
  it('knows all three separators, comments and blanks', () => {
    const text = '# comment\n! another\n\na=1\nb : 2\nc 3\n  d =  4 \r\ne=\nf'
    expect([...parseJavaProperties(text)]).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
      ['d', '4'],
      ['e', ''],
      ['f', ''],
    ])
  })

  it('joins continued lines and resolves escapes', () => {
    const text = 'namesrvAddr=one:9876;\\\n    two:9876\npath=C\\:\\\\data\nname=\\u4e2d\\tx\na\\=b=c'
    expect(Object.fromEntries(parseJavaProperties(text))).toEqual({
      namesrvAddr: 'one:9876;two:9876',
      path: 'C:\\data',
      name: '中\tx',
      'a=b': 'c',
    })
  })

  it('lets the last of equal keys win', () => {
    expect(parseJavaProperties('a=1\na=2').get('a')).toBe('2')
  })
})
