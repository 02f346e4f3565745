import { describe, expect, it } from 'vitest'
import { message, StoreFixture } from '../testing/store-fixture.js'
import { cutRecords, type PartialRecord } from './record-cutter.js'

const fileBytes = 16 * 1024

/** A log of two files whose first is full to its last byte. */
async function twoFiles(): Promise<{ log: Buffer; starts: number[] }> {
  await using fixture = new StoreFixture()
  const store = await fixture.open({ commitLogFileBytes: fileBytes })
  const starts: number[] = []
  for (const bytes of [10, 9000, 4000, 5000, 20]) {
    starts.push((await store.append(message({ body: Buffer.alloc(bytes, bytes) }))).physicalOffset)
  }
  const pieces = [await store.rawLog.read(0, 1 << 20), await store.rawLog.read(fileBytes, 1 << 20)]
  return { log: Buffer.concat(pieces.map((piece) => piece!)), starts }
}

const invalid = expect.objectContaining({ code: 'RAW_BYTES_INVALID' })

describe('cutRecords', () => {
  it('finds the records of a file, and its blank end', async () => {
    const { log, starts } = await twoFiles()
    const first = cutRecords(log.subarray(0, fileBytes), { offset: 0, partial: undefined, fileBytes })
    const second = cutRecords(log.subarray(fileBytes), { offset: fileBytes, partial: undefined, fileBytes })
    expect([...first.records, ...second.records].map(({ physicalOffset }) => physicalOffset)).toEqual(starts)
    expect([first.partial, second.partial]).toEqual([undefined, undefined])
    expect(starts[3]).toBe(fileBytes)
  })

  it('gives each record once its last byte is there, byte by byte', async () => {
    const { log, starts } = await twoFiles()
    let partial: PartialRecord | undefined
    const found: [end: number, start: number][] = []
    const wholeAt: number[] = []
    for (let offset = 0; offset < log.length; offset++) {
      const cut = cutRecords(log.subarray(offset, offset + 1), { offset, partial, fileBytes })
      partial = cut.partial
      for (const { physicalOffset } of cut.records) found.push([offset + 1, physicalOffset])
      if (partial === undefined) wholeAt.push(offset + 1)
    }
    expect(found.map(([, start]) => start)).toEqual(starts)
    expect(found.map(([end]) => end)).toEqual([starts[1], starts[2], found[2]![0], starts[4], log.length])
    // A file's blank end is whole with its last byte.
    expect(wholeAt).toEqual([starts[1], starts[2], found[2]![0], fileBytes, starts[4], log.length])
  })

  it('copies what it keeps of a record', async () => {
    const { log, starts } = await twoFiles()
    const half = Buffer.from(log.subarray(0, starts[1]! - 5))
    const { partial } = cutRecords(half, { offset: 0, partial: undefined, fileBytes })
    expect(partial).toMatchObject({ start: 0, bytes: half.length, bytesNeeded: starts[1] })
    half.fill(0)
    const rest = log.subarray(half.length, starts[1])
    expect(cutRecords(rest, { offset: half.length, partial, fileBytes }).records).toHaveLength(1)
  })

  it('refuses what is no record of this place, as early as it shows', async () => {
    const { log, starts } = await twoFiles()
    const refuses = (bytes: Buffer, offset: number) =>
      expect(() => cutRecords(bytes, { offset, partial: undefined, fileBytes })).toThrow(invalid)
    refuses(log.subarray(starts[1]), 0)
    refuses(log.subarray(0, 40), 1000)
    refuses(Buffer.alloc(8), 0)
    // A record, and a blank end, of another file size.
    refuses(log.subarray(0, 8), fileBytes - 50)
    refuses(log.subarray(fileBytes - 8, fileBytes), fileBytes - 8)
  })
})
