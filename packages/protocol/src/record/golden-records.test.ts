import { isRocketeerError } from '@rocketeer/foundation'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type GoldenRecord, golden } from '../testing/golden-file.js'
import { decodeRecord } from './decode-record.js'
import {
  encodedRecord,
  encodeRecord,
  type MessageToEncode,
  type RecordStamp,
  recordBytesMax,
} from './encode-record.js'
import { encodeHost, hostText } from './host.js'
import { encodeMessageId } from './message-id.js'
import { PROPERTIES_BYTES_MAX, RecordPosition } from './record-layout.js'

function messageOf(sample: GoldenRecord): MessageToEncode {
  return {
    ...sample,
    bornHost: encodeHost(sample.bornAddress, sample.bornPort),
    storeHost: encodeHost(sample.storeAddress, sample.storePort),
    body: Buffer.from(sample.body, 'hex'),
  }
}

function encoded(message: MessageToEncode, stamp: RecordStamp): Buffer {
  const before = 5
  const target = Buffer.alloc(before + recordBytesMax(message), 0xee)
  const bytes = encodeRecord(target, before, message, stamp)
  return target.subarray(before, before + bytes)
}

function textOf(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

describe('records Apache 5.5.0 encoded', () => {
  for (const sample of golden.records) {
    const bytes = Buffer.from(sample.hex, 'hex')

    it(`${sample.name}: decoded`, () => {
      const {
        name: _,
        hex,
        messageId,
        bornAddress,
        bornPort,
        storeAddress,
        storePort,
        body,
        ...same
      } = sample
      const record = decodeRecord(bytes, 0)
      expect(record).toMatchObject({
        ...same,
        totalSize: bytes.length,
        bornHost: encodeHost(bornAddress, bornPort),
        storeHost: encodeHost(storeAddress, storePort),
      })
      expect(hostText(record.bornHost)).toBe(textOf(bornAddress, bornPort))
      expect(hostText(record.storeHost)).toBe(textOf(storeAddress, storePort))
      expect(record.body.toString('hex')).toBe(body)
    })

    it(`${sample.name}: encoded again from what was decoded`, () => {
      const record = decodeRecord(bytes, 0)
      expect(encodedRecord(record, record).toString('hex')).toBe(sample.hex)
    })

    it(`${sample.name}: encoded to the same bytes`, () => {
      expect(encoded(messageOf(sample), sample).toString('hex')).toBe(sample.hex)
    })

    it(`${sample.name}: its message id`, () => {
      const storeHost = encodeHost(sample.storeAddress, sample.storePort)
      expect(encodeMessageId(storeHost, sample.physicalOffset)).toBe(sample.messageId)
    })

    it(`${sample.name}: refused when cut short anywhere`, () => {
      const step = bytes.length > 2000 ? 97 : 1
      for (let length = 0; length < bytes.length; length += step) {
        expect(() => decodeRecord(bytes.subarray(0, length), 0)).toThrowError(expect.toSatisfy(isMalformed))
      }
    })

    it(`${sample.name}: refused when its size lies, even with room behind it`, () => {
      const room = Buffer.concat([bytes, Buffer.alloc(100)])
      for (const lie of [-1, 0, 90, bytes.length - 1, bytes.length + 1, bytes.length + 101, 0x7fffffff]) {
        room.writeInt32BE(lie, RecordPosition.TOTAL_SIZE)
        expect(() => decodeRecord(room, 0)).toThrowError(expect.toSatisfy(isMalformed))
      }
    })
  }
})

describe('a record', () => {
  const bytes = Buffer.from(golden.records[0]!.hex, 'hex')

  it('is decoded or refused, whatever single byte is damaged', () => {
    for (let position = 0; position < bytes.length; position++) {
      for (const damage of [0x00, 0x01, 0x7f, 0x80, 0xff]) {
        const damaged = Buffer.from(bytes)
        damaged[position]! ^= damage
        try {
          decodeRecord(damaged, 0)
        } catch (error) {
          expect(error).toSatisfy(isMalformed)
        }
      }
    }
  })

  it('with a damaged body is refused, unless its checksum is not asked for', () => {
    const damaged = Buffer.from(bytes)
    damaged[RecordPosition.BORN_HOST + 44]! ^= 1
    expect(() => decodeRecord(damaged, 0)).toThrowError(expect.toSatisfy(isMalformed))
    expect(decodeRecord(damaged, 0, { checkCrc: false }).topic).toBe(golden.records[0]!.topic)
  })

  it('is refused when its properties are longer than the format allows', () => {
    const message = messageOf({ ...golden.records[0]!, properties: 'x'.repeat(PROPERTIES_BYTES_MAX + 1) })
    expect(() => encoded(message, golden.records[0]!)).toThrowError(
      expect.toSatisfy((error) => isRocketeerError(error, 'RECORD_TOO_LARGE')),
    )
  })

  it('counts the bytes of a topic, not its characters, to choose V2', () => {
    const topic = '优'.repeat(100)
    const record = decodeRecord(encoded(messageOf({ ...golden.records[0]!, topic }), golden.records[0]!), 0)
    expect(record.topic).toBe(topic)
  })

  it('comes back as it was, whatever its values', () => {
    const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
    const int64 = fc.maxSafeInteger()
    const host = fc.oneof(fc.ipV4(), fc.ipV6())
    const record = fc.record({
      topic: fc.string({ minLength: 1, maxLength: 200 }),
      properties: fc.string({ unit: 'grapheme', maxLength: 200 }),
      body: fc.uint8Array({ maxLength: 300 }),
      queueId: int32,
      flag: int32,
      queueOffset: int64,
      physicalOffset: int64,
      bornTimestamp: int64,
      storeTimestamp: int64,
      reconsumeTimes: int32,
      preparedTransactionOffset: int64,
      bornAddress: host,
      storeAddress: host,
    })
    fc.assert(
      fc.property(record, ({ body, bornAddress, storeAddress, ...values }) => {
        const bornHost = encodeHost(bornAddress, 1)
        const storeHost = encodeHost(storeAddress, 65535)
        const message = { ...values, sysFlag: 0, body: Buffer.from(body), bornHost, storeHost }
        const read = decodeRecord(encoded(message, values), 0)
        expect(read).toMatchObject(values)
        expect(read.body.equals(message.body)).toBe(true)
        expect(read.bornHost.equals(bornHost) && read.storeHost.equals(storeHost)).toBe(true)
      }),
    )
  })
})

function isMalformed(error: unknown): boolean {
  return isRocketeerError(error, 'RECORD_MALFORMED')
}
