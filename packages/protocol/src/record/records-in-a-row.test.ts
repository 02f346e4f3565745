import { isRocketeerError } from '@rocketeer/foundation'
import { describe, expect, it } from 'vitest'
import { golden } from '../testing/golden-file.js'
import { recordQueueOffset } from './record-fields.js'
import { RecordPosition } from './record-layout.js'
import { decodeRecords, decodeSoundRecords, recordsIn } from './records-in-a-row.js'

const samples = golden.records.map(({ hex }) => Buffer.from(hex, 'hex'))
const row = Buffer.concat(samples)
const topics = golden.records.map(({ topic }) => topic)

describe('records in a row', () => {
  it('are found one by one, as views of the bytes', () => {
    const records = recordsIn(row)
    expect(records).toEqual(samples)
    expect(records.every(({ buffer }) => buffer === row.buffer)).toBe(true)
    expect(records.map((record) => recordQueueOffset(record, 0))).toEqual(
      golden.records.map(({ queueOffset }) => queueOffset),
    )
  })

  it('are decoded, as a pull response has them', () => {
    expect(decodeRecords(row).map(({ topic }) => topic)).toEqual(topics)
  })

  it('may stand in several buffers', () => {
    const several = [Buffer.concat(samples.slice(0, 3)), Buffer.alloc(0), ...samples.slice(3)]
    expect(recordsIn(several)).toEqual(samples)
    expect(decodeRecords(several).map(({ topic }) => topic)).toEqual(topics)
  })

  it('may be none', () => {
    for (const none of [Buffer.alloc(0), []]) {
      expect(recordsIn(none)).toEqual([])
      expect(decodeRecords(none)).toEqual([])
    }
  })

  it('are refused when they end inside a record', () => {
    const [first] = samples as [Buffer]
    for (const bytes of [1, 3, 4, 90, first.length - 1, first.length + 1, first.length + 90]) {
      const cut = row.subarray(0, bytes)
      expect(() => recordsIn(cut)).toThrowError(expect.toSatisfy(isMalformed))
      expect(() => decodeRecords(cut)).toThrowError(expect.toSatisfy(isMalformed))
    }
  })

  it('are refused when a size is impossible', () => {
    const damaged = Buffer.from(row)
    for (const size of [-1, 0, 90, damaged.length + 1, 0x7fffffff]) {
      damaged.writeInt32BE(size, RecordPosition.TOTAL_SIZE)
      expect(() => recordsIn(damaged)).toThrowError(expect.toSatisfy(isMalformed))
      expect(() => decodeRecords(damaged)).toThrowError(expect.toSatisfy(isMalformed))
    }
  })

  it('are decoded without the damaged ones, as far as their sizes lead', () => {
    const damaged = Buffer.from(row)
    const second = samples[0]!.length
    const third = second + samples[1]!.length
    const found: [string | undefined, boolean][] = []
    const onDamage = (error: unknown, isLast: boolean) =>
      found.push([isRocketeerError(error) ? error.code : undefined, isLast])
    damaged.writeInt32BE(0x7fffffff, second + RecordPosition.MAGIC)
    expect(decodeSoundRecords(damaged, {}, onDamage).map(({ topic }) => topic)).toEqual(
      topics.toSpliced(1, 1),
    )
    expect(found).toEqual([['RECORD_MALFORMED', false]])

    for (const size of [-1, 0, 90, damaged.length]) {
      found.length = 0
      damaged.writeInt32BE(size, third + RecordPosition.TOTAL_SIZE)
      expect(decodeSoundRecords(damaged, {}, onDamage).map(({ topic }) => topic)).toEqual(topics.slice(0, 1))
      expect(found).toEqual([
        ['RECORD_MALFORMED', false],
        ['RECORD_MALFORMED', true],
      ])
    }
  })
})

function isMalformed(error: unknown): boolean {
  return isRocketeerError(error, 'RECORD_MALFORMED')
}
