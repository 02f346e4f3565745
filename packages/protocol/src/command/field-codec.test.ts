import { isRocketeerError } from '@rocketeer/foundation'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeFrame } from '../frame/encode-frame.js'
import { decodeFrame } from '../frame/frame.js'
import { FrameWriter } from '../frame/frame-writer.js'
import { Serialization } from '../frame/serialization.js'
import { boolean, int32, int64, optional, text } from './field.js'
import { FieldCodec, type HeaderFields } from './field-codec.js'

const codec = new FieldCodec('TEST', {
  topic: text(),
  queueId: int32(),
  offset: optional(int64()),
  force: boolean({ default: false }),
  short: optional(text({ wire: 'a' })),
})

/** The fields in both forms, so that every expectation is tested with both. */
function bothForms(fields: Record<string, string>): HeaderFields[] {
  return [{ kind: 'json', fields }, binary(fields)]
}

function binary(fields: Record<string, string>): HeaderFields & { kind: 'binary' } {
  const parts: Buffer[] = []
  for (const [name, value] of Object.entries(fields)) {
    const head = Buffer.alloc(2)
    head.writeUInt16BE(Buffer.byteLength(name))
    const middle = Buffer.alloc(4)
    middle.writeInt32BE(Buffer.byteLength(value))
    parts.push(head, Buffer.from(name), middle, Buffer.from(value))
  }
  const buffer = Buffer.concat([Buffer.from('before'), ...parts, Buffer.from('behind')])
  return { kind: 'binary', buffer, start: 6, end: buffer.length - 6 }
}

describe('header fields', () => {
  it('are read by their names on the wire, unknown ones skipped', () => {
    for (const form of bothForms({
      topic: 'é✓',
      queueId: '-7',
      offset: '9007199254740991',
      force: 'TRUE',
      a: '',
      z: '1',
    })) {
      expect(codec.decode(form)).toEqual({
        topic: 'é✓',
        queueId: -7,
        offset: 2 ** 53 - 1,
        force: true,
        short: '',
      })
    }
  })

  it('that are missing are undefined or have their default', () => {
    for (const form of bothForms({ topic: 't', queueId: '0' })) {
      expect(codec.decode(form)).toEqual({
        topic: 't',
        queueId: 0,
        offset: undefined,
        force: false,
        short: undefined,
      })
    }
  })

  it('that are needed and missing are named', () => {
    for (const form of bothForms({ topic: 't' })) {
      expect(() => codec.decode(form)).toThrowError(
        expect.toSatisfy(
          (error) => isRocketeerError(error, 'HEADER_FIELD_MISSING') && error.message.includes('queueId'),
        ),
      )
    }
  })

  it.each(['', ' 1', '1.5', '0x1', '2147483648', '-2147483649', 'NaN', '1e3', '99999999999999999999', '+'])(
    'refuse %j as an int',
    (queueId) => {
      for (const form of bothForms({ topic: 't', queueId })) {
        expect(() => codec.decode(form)).toThrowError(
          expect.toSatisfy((error) => isRocketeerError(error, 'HEADER_FIELD_INVALID')),
        )
      }
    },
  )

  it('saturate a long that a number cannot hold exactly', () => {
    for (const form of bothForms({ topic: 't', queueId: '0', offset: '9223372036854775807' })) {
      expect(codec.decode(form).offset).toBe(Number.MAX_SAFE_INTEGER)
    }
    for (const form of bothForms({ topic: 't', queueId: '0', offset: '-9223372036854775808' })) {
      expect(codec.decode(form).offset).toBe(Number.MIN_SAFE_INTEGER)
    }
  })

  it('cut short anywhere are refused', () => {
    const { buffer, start, end } = binary({ topic: 't', queueId: '12' })
    const ends = new Set([start, start + 2 + 5 + 4 + 1])
    for (let cut = start; cut < end; cut++) {
      const code = ends.has(cut) ? 'HEADER_FIELD_MISSING' : 'FRAME_MALFORMED'
      expect(() => codec.decode({ kind: 'binary', buffer, start, end: cut })).toThrowError(
        expect.toSatisfy((error) => isRocketeerError(error, code)),
      )
    }
  })

  it('are not confused by names of object methods', () => {
    for (const form of bothForms({
      topic: 't',
      queueId: '1',
      __proto__: 'x',
      constructor: 'y',
      toString: 'z',
    })) {
      expect(codec.decode(form).topic).toBe('t')
    }
  })

  it('come back as they were, in both serializations', () => {
    const values = fc.record({
      topic: fc.string({ unit: 'binary', maxLength: 100 }),
      queueId: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      offset: fc.option(fc.maxSafeInteger(), { nil: undefined }),
      force: fc.boolean(),
      short: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
    })
    const serialization = fc.constantFrom(Serialization.JSON, Serialization.ROCKETMQ)
    fc.assert(
      fc.property(values, serialization, (fields, type) => {
        const writer = new FrameWriter()
        encodeFrame(writer, { code: 10, opaque: 1, flag: 0, serialization: type }, codec, fields)
        const bytes = Buffer.concat(writer.take())
        expect(codec.decode(decodeFrame(bytes, 4, bytes.length).fields)).toEqual(fields)
      }),
    )
  })
})
