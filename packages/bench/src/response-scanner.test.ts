import { encodeFrame, FrameWriter, Serialization } from '@rocketeer/protocol'
import { pullMessage } from '@rocketeer/protocol/commands'
import { describe, expect, it } from 'vitest'
import { ResponseScanner } from './response-scanner.js'

function answer(opaque: number, code: number, serialization: Serialization, bodyBytes: number): Buffer {
  const writer = new FrameWriter()
  const fields = { suggestWhichBrokerId: 0, nextBeginOffset: opaque * 2, minOffset: 0, maxOffset: 9 }
  // A body full of what looks like header fields must not be looked at.
  const body = Buffer.alloc(bodyBytes, '"opaque":5,"code":9,')
  encodeFrame(writer, { code, opaque, flag: 1, serialization }, pullMessage.response, fields, body)
  return Buffer.concat(writer.take())
}

describe.each([
  ['JSON', Serialization.JSON],
  ['binary', Serialization.ROCKETMQ],
])('ResponseScanner with %s headers', (_, serialization) => {
  const frames = [
    answer(1_000_000_000, 0, serialization, 0),
    answer(1_000_000_001, 19, serialization, 3_000),
    answer(1_000_000_002, 2, serialization, 1),
  ]
  const bytes = Buffer.concat(frames)
  const expected = [
    [1_000_000_000, 0],
    [1_000_000_001, 19],
    [1_000_000_002, 2],
  ]

  it.each([1, 2, 3, 7, 64, 1_000, 1_000_000])('finds every answer in pieces of %i bytes', (pieceBytes) => {
    const found: number[][] = []
    const scanner = new ResponseScanner(({ opaque, code, buffer, start, headerEnd }) => {
      found.push([opaque, code])
      expect(buffer.subarray(start, headerEnd).includes('nextBeginOffset')).toBe(true)
    })
    // The receive buffer is one and the same for every piece, as in the load program.
    const receive = Buffer.alloc(pieceBytes)
    for (let position = 0; position < bytes.length; position += pieceBytes) {
      const copied = bytes.copy(receive, 0, position)
      scanner.push(receive.subarray(0, copied))
    }
    expect(found).toEqual(expected)
  })

  it('reports an answer only when its last byte is here', () => {
    const found: number[] = []
    const scanner = new ResponseScanner(({ opaque }) => found.push(opaque))
    scanner.push(frames[1]!.subarray(0, -1))
    expect(found).toEqual([])
    scanner.push(frames[1]!.subarray(-1))
    expect(found).toEqual([1_000_000_001])
  })
})
