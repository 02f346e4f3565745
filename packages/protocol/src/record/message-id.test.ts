import { isRocketeerError } from '@rocketeer/foundation'
import { describe, expect, it } from 'vitest'
import { golden } from '../testing/golden-file.js'
import { encodeHost } from './host.js'
import { decodeMessageId, encodeMessageId } from './message-id.js'

describe('offset message ids', () => {
  for (const { address, port, offset, id } of golden.messageIds) {
    it(`of ${address} are those of Apache`, () => {
      expect(encodeMessageId(encodeHost(address, port), offset)).toBe(id)
      const decoded = { storeHost: encodeHost(address, port), physicalOffset: offset }
      expect(decodeMessageId(id)).toEqual(decoded)
      expect(decodeMessageId(id.toLowerCase())).toEqual(decoded)
    })
  }

  it.each(['', '0A', 'x'.repeat(32), '0'.repeat(31), '0'.repeat(33)])('%j is none', (id) => {
    expect(() => decodeMessageId(id)).toThrowError(
      expect.toSatisfy((error) => isRocketeerError(error, 'MESSAGE_ID_MALFORMED')),
    )
  })
})
