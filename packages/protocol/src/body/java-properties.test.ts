import { isRocketeerError } from '@rocketeer/foundation'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { golden } from '../testing/golden-file.js'
import { formatJavaProperties, parseJavaProperties } from './java-properties.js'

describe('Java properties', () => {
  for (const { text, values } of golden.properties) {
    it(`read ${JSON.stringify(text.slice(0, 40))} as Java does`, () => {
      expect(Object.fromEntries(parseJavaProperties(text))).toEqual(values)
    })
  }

  it('read back what was written', () => {
    const entries = fc.uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), {
      selector: ([key]) => key,
    })
    fc.assert(
      fc.property(entries, (properties) => {
        expect([...parseJavaProperties(formatJavaProperties(properties))]).toEqual(properties)
      }),
    )
  })

  it('refuse an escape that is not hex', () => {
    expect(() => parseJavaProperties('path=C:\\users')).toThrowError(
      expect.toSatisfy((error) => isRocketeerError(error, 'BODY_MALFORMED')),
    )
  })
})
