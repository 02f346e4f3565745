import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decompress } from './compression.js'

/** Apache: MessageSysFlag. */
const ZLIB = 0x1
const LZ4 = 0x101
const ZSTD = 0x201

const orders = Array.from(
  { length: 40 },
  (_, i) => `order ${i} of customer ${(i * 7919) % 100} is paid; `,
).join('')
const mixed = Buffer.from(Array.from({ length: 64 }, (_, i) => (i * 131 + ((i * i * 7) % 251)) & 0xff))
const large = 'abcdefghij'.repeat(30_000)

/** What CompressorFactory of Apache 5.5.0 makes of them at level 5: text, bytes that do not get smaller, many blocks. */
const golden = {
  lz4: [
    'BCJNGGBwc2UBAADxAm9yZGVyIDAgb2YgY3VzdG9tDgCSaXMgcGFpZDsgHwAZMR8ALDE5IAAZMiAALDM4IAAZMyAALDU3IAAZNCAALDc2IAAZNSAALDk1IAAZNiAALDE0IAAZNyAALDMzIAAZOCAALDUyIAAZOSAALDcxIAAaMUABHjlBAQpCAQ1BARoxQgEdMkIBGjFDAR00QwEaMUQBHTZEARoxRQEdOEUBGjFGAQ1FARoxRgEdMkYBGjFHAR00RwEaMUgBHTZIARoySAEdOEgBGzJIAQ1JARoySQEdMUkBGjJJAR0zSQEaMkkBHTVJARoySQEdN0kBGjJJAR05SgEaMkoBHTFKARoySgEdM0oBGjJKAR01SgEaM0oBHTdKARozSgEdOEoBGjNKAQ1JARozSQEdMkkBGjNJAR00SQEaM0kBHTZJARozSQEdOEkBGjNJAQ1IARozSAEdMkgBGjNIAcA0MSBpcyBwYWlkOyAAAAAA',
    'BCJNGGBwc0AAAIAAiiLIfD4T8d3c5P8oWp/yU8I/ymMKv4JYNyQkLUlzpuxAohKQHLZeFNivj31+jaXQBEugA3TzgBvEe0UY+e3qAAAAAA==',
    `BCJNGGBwc6wEAACvYWJjZGVmZ2hpagoA${'/'.repeat(1568)}VlBmZ2hpagAAAAA=`,
  ],
  zstd: [
    'KLUv/QBYNAUAUscUFbClObYxISgz24rBtyAit5QpCYzRqUWYUxiVTtXuP09u95/Hn++6GH2+6zSp1W2W1OqWFosvf7SSK0fQ8J53aYswpzAqnQEipAKgBKiGOgLmQAFPqHHY3doOgKOUbhASImxRUj6rWRpEnAAxYDnJJmIA4TN9+kbp6C6ZlWSTkCaZkWSPUEZ2kchSJENEhyinvf4V337vi9/66MfjAgl01QFiFQEAAA==',
    'KLUv/QBYAAIAAIoiyHw+E/Hd3OT/KFqf8lPCP8pjCr+CWDckJC1Jc6bsQKISkBy2XhTYr499fo2l0ARLoAN084AbxHtFGPnt6gEAAA==',
    'KLUv/QBYlAAAUGFiY2RlZmdoaWoBAPP/zQsSTAAACGMBAPz/ORACTAAACGUBANwTHQgBAQAA',
  ],
}

describe.each([
  ['lz4', LZ4],
  ['zstd', ZSTD],
] as const)('a body that Apache packed with %s', (name, sysFlag) => {
  const bodies = golden[name].map((text) => Buffer.from(text, 'base64'))
  const unpack = (body: Buffer) => decompress(body, sysFlag, 'id')
  const damaged = expect.objectContaining({
    code: 'BODY_DAMAGED',
    details: expect.objectContaining({ messageId: 'id' }),
  })

  it('is unpacked', () => {
    expect(unpack(bodies[0]!).toString()).toBe(orders)
    expect(unpack(bodies[1]!)).toEqual(mixed)
    expect(unpack(bodies[2]!).toString() === large).toBe(true)
  })

  it('and cut off is an error', () => {
    const [body] = bodies
    for (let bytes = 1; bytes < body!.length - 4; bytes++) {
      expect(() => unpack(body!.subarray(0, bytes))).toThrow(damaged)
    }
  })

  it('and damaged is an error or another text, never a crash', () => {
    for (let i = 0; i < bodies[0]!.length; i++) {
      const changed = Buffer.from(bodies[0]!)
      changed[i]! ^= 0x55
      try {
        expect(unpack(changed)).toBeInstanceOf(Buffer)
      } catch (error) {
        expect(error).toEqual(damaged)
      }
    }
  })
})

it('a body that unpacks to more than the limit is refused', () => {
  const refused = expect.objectContaining({ code: 'BODY_DAMAGED' })
  expect(() => decompress(deflateSync(Buffer.alloc(65 * 1024 * 1024)), ZLIB, 'id')).toThrow(refused)
  // One frame of one block: 'a', then 66 MiB of the same.
  const lengths = Buffer.alloc(Math.ceil((66 * 1024 * 1024) / 255), 255)
  const block = Buffer.concat([Buffer.from([0x1f, 0x61, 1, 0]), lengths, Buffer.from([0, 0])])
  const header = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0, 0, 0, 0, 0])
  header.writeUInt32LE(block.length, 7)
  expect(() => decompress(Buffer.concat([header, block, Buffer.alloc(4)]), LZ4, 'id')).toThrow(refused)
})
