import { SysFlag } from '@rocketeer/protocol/record'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { MessageStore } from '../message-store.js'
import { contentsOf, copyLog, expectSameFiles } from '../testing/raw-copy.js'
import { message, SMALL_FILES, StoreFixture } from '../testing/store-fixture.js'

const FILE_BYTES = SMALL_FILES.commitLogFileBytes
const KEYS = ['k0', 'k7', 'k20', 'none']

/** Messages of three queues and all sizes, some of them halves of transactions. */
async function fill(store: MessageStore, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const sysFlag = i % 9 === 4 ? SysFlag.TRANSACTION_PREPARED : 0
    const body = `${i}`.padEnd((i * 397) % 5000, '.')
    await store.append(message({ queueId: i % 3, sysFlag, body, keys: `k${i}`, uniqueKey: `U${i}` }))
  }
}

it('a log that is copied in pieces of any size is the same log, and serves the same', async () => {
  await using source = new StoreFixture()
  const from = await source.open()
  await fill(from, 60)
  expect(from.rawLog.end).toBeGreaterThan(5 * FILE_BYTES)
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 40_000 })), {
    minLength: 1,
    maxLength: 30,
  })
  await fc.assert(
    fc.asyncProperty(sizes, fc.boolean(), async (pieces, restarts) => {
      await using target = new StoreFixture()
      let to = await target.open()
      let turn = 0
      await copyLog(from, to, { nextBytes: () => pieces[turn++ % pieces.length]! })
      expect(await contentsOf(to, KEYS)).toEqual(await contentsOf(from, KEYS))
      expect(to.rawLog.wholeEnd).toBe(to.rawLog.end)
      if (restarts) {
        await to.close()
        to = await target.open()
        expect(await contentsOf(to, KEYS)).toEqual(await contentsOf(from, KEYS))
      }
      expectSameFiles(target, source, 'commitlog')
      expect(await to.append(message({ body: 'next' }))).toMatchObject({ physicalOffset: from.rawLog.end })
    }),
    { numRuns: 15 },
  )
}, 60_000)

it('bytes of several files may come at once', async () => {
  await using source = new StoreFixture()
  await using target = new StoreFixture()
  const [from, to] = [await source.open(), await target.open()]
  await fill(from, 30)
  const pieces: Buffer[] = []
  for (let offset = 0; offset < from.rawLog.end; offset += pieces.at(-1)!.length) {
    pieces.push((await from.rawLog.read(offset, 1 << 20))!)
    // Never beyond the end of a file.
    expect(offset % FILE_BYTES).toBe(0)
  }
  to.rawLog.append(0, Buffer.concat(pieces))
  expect(await contentsOf(to, KEYS)).toEqual(await contentsOf(from, KEYS))
})

it('a log whose beginning has expired is copied from its first file on', async () => {
  await using source = new StoreFixture()
  await using target = new StoreFixture()
  const from = await source.open({ fileReservedHours: 1e-9, deleteIntervalMs: 1 })
  await fill(from, 60)
  // The store may have deleted them in a round of its own.
  await from.deleteExpiredFiles()
  const { minOffset } = from.rawLog
  expect(minOffset).toBeGreaterThan(FILE_BYTES)
  expect(await from.rawLog.read(0, 100)).toBeUndefined()
  const to = await target.open()
  to.rawLog.append(minOffset, (await from.rawLog.read(minOffset, 5000))!)
  await copyLog(from, to)
  expect(to.stats.minPhysicalOffset).toBe(minOffset)
  expect(await contentsOf(to, [])).toEqual(await contentsOf(from, []))
})

it('under SYNC_FLUSH copied records are readable once they are on disk', async () => {
  await using source = new StoreFixture()
  await using target = new StoreFixture()
  const from = await source.open()
  const to = await target.open({ flushMode: 'sync' })
  await fill(from, 5)
  await copyLog(from, to)
  expect(to.maxOffset('T', 0)).toBe(0)
  await to.flush()
  expect(await contentsOf(to, KEYS)).toEqual(await contentsOf(from, KEYS))
})

it('says when there is more to copy', async () => {
  await using source = new StoreFixture()
  const from = await source.open({ flushMode: 'sync' })
  const ends: number[] = []
  const stop = from.rawLog.onWritten((end) => ends.push(end))
  await Promise.all([from.append(message()), from.append(message())])
  await from.append(message())
  stop()
  await from.append(message())
  expect(ends).toHaveLength(2)
  expect(ends[1]).toBeLessThan(from.rawLog.end)
  expect(await from.rawLog.read(from.rawLog.end, 100)).toHaveLength(0)
  expect(await from.rawLog.read(from.rawLog.end + 1, 100)).toBeUndefined()
})
