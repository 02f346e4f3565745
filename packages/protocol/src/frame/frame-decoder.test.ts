import { isRocketeerError } from '@rocketeer/foundation'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { golden } from '../testing/golden-file.js'
import { decodeFrame, type Frame } from './frame.js'
import { FrameDecoder } from './frame-decoder.js'

/** One of every kind: request and response, JSON and binary, with and without a body. */
const samples = golden.frames
  .filter((sample) => sample.command === 'PULL_MESSAGE' || sample.command === 'SEND_MESSAGE_V2')
  .map((sample) => ({ ...sample, bytes: Buffer.from(sample.hex, 'hex') }))
const stream = Buffer.concat(samples.map((sample) => sample.bytes))
const opaques = samples.map((sample) => sample.opaque)

function opaquesOf(decoder: FrameDecoder, chunks: Buffer[]): number[] {
  const frames: Frame[] = []
  for (const chunk of chunks) decoder.push(chunk, (frame) => frames.push(frame))
  return frames.map((frame) => frame.opaque)
}

describe('the frame decoder', () => {
  it('finds the frames wherever the stream is split in two', () => {
    for (let cut = 0; cut <= stream.length; cut++) {
      const decoder = new FrameDecoder()
      expect(opaquesOf(decoder, [stream.subarray(0, cut), stream.subarray(cut)])).toEqual(opaques)
      expect(decoder.pendingBytes).toBe(0)
    }
  })

  it('finds the frames when every byte comes on its own', () => {
    const bytes = [...stream].map((byte) => Buffer.from([byte]))
    expect(opaquesOf(new FrameDecoder(), bytes)).toEqual(opaques)
  })

  it('finds the frames whatever the chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: stream.length }), { maxLength: 12 }), (cuts) => {
        const offsets = [0, ...cuts.sort((a, b) => a - b), stream.length]
        const chunks = offsets.slice(1).map((end, index) => stream.subarray(offsets[index], end))
        expect(opaquesOf(new FrameDecoder(), chunks)).toEqual(opaques)
      }),
    )
  })

  it('keeps the bytes of a frame apart from the next ones', () => {
    const decoder = new FrameDecoder()
    const frames: Frame[] = []
    decoder.push(stream.subarray(0, stream.length - 1), (frame) => frames.push(frame))
    decoder.push(stream.subarray(stream.length - 1), (frame) => frames.push(frame))
    expect(frames.map((frame) => frame.body.toString())).toEqual(
      samples.map((sample) => (sample.response ? '' : 'body')),
    )
  })

  it.each([-1, 0, 3])('refuses an announced length of %i', (length) => {
    const bytes = Buffer.alloc(8)
    bytes.writeInt32BE(length)
    expect(() => new FrameDecoder().push(bytes, () => {})).toThrowError(expect.toSatisfy(isMalformed))
  })

  it('refuses a frame above its limit as soon as the length is known', () => {
    const bytes = Buffer.alloc(4)
    bytes.writeInt32BE(1001)
    expect(() => new FrameDecoder(1000).push(bytes, () => {})).toThrowError(
      expect.toSatisfy((error) => isRocketeerError(error, 'FRAME_TOO_LARGE')),
    )
  })

  it('keeps the bytes of an incomplete frame, and forgets them on reset', () => {
    const decoder = new FrameDecoder()
    decoder.push(stream.subarray(0, 10), () => {})
    expect(decoder.pendingBytes).toBe(10)
    decoder.reset()
    expect(opaquesOf(decoder, [stream])).toEqual(opaques)
  })
})

describe('a frame', () => {
  for (const { command, serialization, response, bytes } of samples) {
    const title = `${command} ${serialization} ${response ? 'response' : 'request'}`

    it(`${title}: decoded or refused, cut short anywhere`, () => {
      const bodyBytes = response ? 0 : 4
      for (let end = 4; end < bytes.length; end++) {
        if (end >= bytes.length - bodyBytes) expect(decodeFrame(bytes, 4, end).code).toBeTypeOf('number')
        else expect(() => decodeFrame(bytes, 4, end)).toThrowError(expect.toSatisfy(isMalformed))
      }
    })

    it(`${title}: decoded or refused, whatever single byte is damaged`, () => {
      for (let position = 4; position < bytes.length; position++) {
        for (const damage of [0x01, 0x20, 0x7f, 0x80, 0xff]) {
          const damaged = Buffer.from(bytes)
          damaged[position]! ^= damage
          try {
            decodeFrame(damaged, 4, damaged.length)
          } catch (error) {
            expect(error).toSatisfy(isMalformed)
          }
        }
      }
    })
  }

  it.each([
    ['the header is longer than the frame', [0x00, 0x00, 0x00, 0x09, 1, 2]],
    ['the serialization is unknown', [0x02, 0x00, 0x00, 0x00]],
    ['the JSON header is a list', [0x00, 0x00, 0x00, 0x02, 0x5b, 0x5d]],
    ['the binary header is too short', [0x01, 0x00, 0x00, 0x02, 0x00, 0x00]],
  ])('is refused when %s', (_, bytes) => {
    expect(() => decodeFrame(Buffer.from(bytes), 0, bytes.length)).toThrowError(expect.toSatisfy(isMalformed))
  })

  it('is decoded or refused, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          new FrameDecoder(1000).push(Buffer.from(bytes), () => {})
        } catch (error) {
          expect(isRocketeerError(error)).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

function isMalformed(error: unknown): boolean {
  return isRocketeerError(error, 'FRAME_MALFORMED')
}
