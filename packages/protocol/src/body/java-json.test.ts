import { isRocketeerError } from '@rocketeer/foundation'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type JavaJson, parseJavaJson } from './java-json.js'

const parse = (text: string) => parseJavaJson(text, 'Test')

describe('the JSON of Java peers', () => {
  it('may have whole numbers as keys', () => {
    expect(parse('{0:"a",-3:"b"}')).toEqual(
      new Map([
        [0, 'a'],
        [-3, 'b'],
      ]),
    )
  })

  it('may have objects as keys', () => {
    const [[key, value] = []] = parse('{{"topic":"t","queueId":0}:{"brokerOffset":1}}') as Map<
      JavaJson,
      JavaJson
    >
    expect(key).toEqual(
      new Map<string, JavaJson>([
        ['topic', 't'],
        ['queueId', 0],
      ]),
    )
    expect(value).toEqual(new Map([['brokerOffset', 1]]))
  })

  it.each([
    ["{'a':'b\"c'}", new Map([['a', 'b"c']])],
    ['{a:1,}', new Map([['a', 1]])],
    ['[1,2,]', [1, 2]],
    [' [ 1.5 , -2e3 , 3L ] ', [1.5, -2000, 3]],
    ['"\\x41\\u00e9\\/\\b\\f\\n\\r\\t\\\\"', 'Aé/\b\f\n\r\t\\'],
    ['{"__proto__":{"x":1}}', new Map([['__proto__', new Map([['x', 1]])]])],
  ])('reads %s', (text, value) => {
    expect(parse(text)).toEqual(value)
  })

  it.each([
    '',
    '{',
    '[1 2]',
    '{"a" 1}',
    '{"a":}',
    '"\\u12"',
    '"\\q"',
    '"open',
    '1x',
    '[1] 2',
    '{,}',
    '+',
    '0x10',
    '--1',
  ])('refuses %j with a typed error', (text) => {
    expect(() => parse(text)).toThrowError(expect.toSatisfy(isMalformed))
  })

  it('is refused when it is nested too deep, before the stack overflows', () => {
    expect(() => parse('['.repeat(100_000))).toThrowError(expect.toSatisfy(isMalformed))
    expect(() => parse('{{'.repeat(100_000))).toThrowError(expect.toSatisfy(isMalformed))
  })

  it('includes all of standard JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: 'small', noUnicodeString: false }), (value) => {
        expect(plain(parse(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('is read or refused, whatever the text', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      "'",
      '\\',
      'a',
      '1',
      '-',
      '.',
      'null',
      ' ',
      'é',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        try {
          parse(parts.join(''))
        } catch (error) {
          expect(error).toSatisfy(isMalformed)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

function plain(value: JavaJson): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (!(value instanceof Map)) return value
  return Object.fromEntries([...value].map(([key, its]) => [key, plain(its)]))
}

function isMalformed(error: unknown): boolean {
  return isRocketeerError(error, 'BODY_MALFORMED')
}
