import { deflateSync } from 'node:zlib'
import { isRocketeerError } from '@rocketeer/foundation'
import { describe, expect, it } from 'vitest'
import { golden } from '../testing/golden-file.js'
import { CompressedRegisterBrokerBody, RegisterBrokerBody } from './registration.js'

const [sample] = golden.compressedRegistrations
const compressed = Buffer.from(sample!.hex, 'hex')
const { topicConfigSerializeWrapper: plain, filterServerList } = RegisterBrokerBody.decode(
  Buffer.from(sample!.text),
)

describe('a compressed registration', () => {
  it('of Apache 5.5.0 is read', () => {
    const { topicConfigSerializeWrapper: read, ...rest } = CompressedRegisterBrokerBody.decode(
      compressed,
      513,
    )
    expect(rest.filterServerList).toEqual(filterServerList)
    expect(read.dataVersion).toEqual(plain.dataVersion)
    expect(read.topicConfigTable).toEqual(
      new Map([...plain.topicConfigTable.values()].map((t) => [t.topicName, t])),
    )
    expect([...read.topicQueueMappingInfoMap.values()]).toEqual([...plain.topicQueueMappingInfoMap.values()])
  })

  it('of a broker before 5.0 ends before the static topics', () => {
    const { topicConfigSerializeWrapper: read } = CompressedRegisterBrokerBody.decode(compressed, 400)
    expect(read.topicConfigTable.size).toBe(1)
    expect(read.topicQueueMappingInfoMap.size).toBe(0)
  })

  it('is read back after we wrote it', () => {
    const body = CompressedRegisterBrokerBody.decode(compressed, 513)
    expect(CompressedRegisterBrokerBody.decode(CompressedRegisterBrokerBody.encode(body), 513)).toEqual(body)
  })

  it('cut short anywhere is refused', () => {
    for (let length = 0; length < compressed.length; length++) {
      expect(() => CompressedRegisterBrokerBody.decode(compressed.subarray(0, length), 513)).toThrowError(
        expect.toSatisfy(isMalformed),
      )
    }
  })

  it('whose inner lengths lie is refused', () => {
    for (const lie of [[0x7fffffff], [-1], [2, 0x7b7d0000, -5]]) {
      const bytes = Buffer.alloc(lie.length * 4)
      for (const [index, value] of lie.entries()) bytes.writeInt32BE(value, index * 4)
      expect(() => CompressedRegisterBrokerBody.decode(deflateSync(bytes), 513)).toThrowError(
        expect.toSatisfy(isMalformed),
      )
    }
  })

  it('that would inflate beyond the limit is refused', () => {
    const bomb = deflateSync(Buffer.alloc(10_000_000))
    expect(() => CompressedRegisterBrokerBody.decode(bomb, 513, 1_000_000)).toThrowError(
      expect.toSatisfy(isMalformed),
    )
  })
})

function isMalformed(error: unknown): boolean {
  return isRocketeerError(error, 'BODY_MALFORMED')
}
