import { describe, expect, it } from 'vitest'
import { golden } from '../testing/golden-file.js'
import { decodeRecord } from './decode-record.js'
import {
  RECORD_HEAD_BYTES,
  recordBodyPosition,
  recordProperties,
  recordQueueOffset,
  recordStoreTimestamp,
} from './record-fields.js'

describe('a field read alone is that of the decoded record', () => {
  it.each(golden.records.map(({ name, hex }) => [name, Buffer.from(hex, 'hex')] as const))(
    '%s',
    (_, bytes) => {
      const record = decodeRecord(bytes, 0)
      const among = Buffer.concat([Buffer.alloc(7, 0xee), bytes, Buffer.alloc(7, 0xee)])
      expect(recordQueueOffset(among, 7)).toBe(record.queueOffset)
      expect(recordStoreTimestamp(among, 7)).toBe(record.storeTimestamp)
      expect(recordProperties(among, 7)).toBe(record.properties)
      const bodyPosition = recordBodyPosition(among, 7)
      expect(among.subarray(bodyPosition, bodyPosition + record.body.length)).toEqual(record.body)
      expect(among.readInt32BE(bodyPosition - 4)).toBe(record.body.length)
    },
  )

  it('from as little as the head', () => {
    for (const { hex, storeTimestamp } of golden.records) {
      const head = Buffer.from(hex, 'hex').subarray(0, RECORD_HEAD_BYTES)
      expect(recordStoreTimestamp(head, 0)).toBe(storeTimestamp)
      expect(recordBodyPosition(head, 0)).toBe(recordBodyPosition(Buffer.from(hex, 'hex'), 0))
    }
  })
})
