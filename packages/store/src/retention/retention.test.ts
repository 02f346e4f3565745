import { readdirSync } from 'node:fs'
import { FaultyFileSystem } from '@rocketeer/faulty-files'
import { nodeFileSystem } from '@rocketeer/files'
import { ManualClock } from '@rocketeer/foundation'
import { expect, it } from 'vitest'
import type { MessageStore } from '../message-store.js'
import { LogBook, message, readAll, StoreFixture } from '../testing/store-fixture.js'

const HOUR_MS = 3_600_000
const ONE = { messagesMax: 1, bytesMax: 1 }

async function fill(store: MessageStore, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, i) =>
      store.append(message({ body: Buffer.alloc(1000), keys: `k${i}` })),
    ),
  )
}

/** A store on a disk as full as the test says, at three in the morning. */
async function start(fixture: StoreFixture) {
  const clock = new ManualClock(new Date(2026, 0, 10, 3, 0).getTime())
  const files = new FaultyFileSystem(nodeFileSystem)
  files.diskUsedPercent = 10
  const store = await fixture.open({ clock, files, deleteIntervalMs: 1, indexFileEntries: 40 })
  return { clock, files, store }
}

it('files older than 72 hours go at four in the morning, with what points at them', async () => {
  await using fixture = new StoreFixture()
  const { clock, store } = await start(fixture)
  await fill(store, 100)
  await clock.advance(2 * HOUR_MS)
  expect(store.stats.minPhysicalOffset).toBe(0)
  await fill(store, 40)
  await expect.poll(() => readdirSync(fixture.path('consumequeue/T/0')).length).toBe(3)
  await clock.advance(70.5 * HOUR_MS)
  // 75.5 hours old, but half past three.
  expect(store.stats.minPhysicalOffset).toBe(0)
  await clock.advance(24 * HOUR_MS)
  await expect.poll(() => store.stats.minPhysicalOffset).toBeGreaterThan(90_000)
  // Waits for the deletion that runs; by now all files but the newest have expired.
  await store.deleteExpiredFiles()
  const { minPhysicalOffset } = store.stats
  const minOffset = store.minOffset('T', 0)
  const kept = await readAll(store)
  expect(kept[0]).toMatchObject({ queueOffset: minOffset })
  expect(kept[0]!.physicalOffset).toBeGreaterThanOrEqual(minPhysicalOffset)
  expect(kept.at(-1)!.queueOffset).toBe(139)
  expect(readdirSync(fixture.path('commitlog'))[0]).toBe(String(minPhysicalOffset).padStart(20, '0'))
  await expect
    .poll(() => readdirSync(fixture.path('consumequeue/T/0'))[0])
    .toBe(String((minOffset - (minOffset % 50)) * 20).padStart(20, '0'))
  expect(await store.read({ topic: 'T', queueId: 0, offset: 0, limits: ONE })).toMatchObject({
    status: 'offsetTooSmall',
    nextBeginOffset: minOffset,
  })
  const range = { messagesMax: 9, beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER }
  expect(await store.query('T', 'k99', range)).toEqual([])
  await store.close()
  const again = await fixture.open({ clock, indexFileEntries: 40 })
  expect(again.minOffset('T', 0)).toBe(minOffset)
  expect((await readAll(again)).length).toBe(kept.length)
})

it('expired files go at any hour when asked, unexpired ones stay', async () => {
  await using fixture = new StoreFixture()
  const { clock, store } = await start(fixture)
  await fill(store, 100)
  expect(await store.deleteExpiredFiles()).toBe(0)
  await clock.advance(72.5 * HOUR_MS)
  // Half past three: four o'clock came three times meanwhile, but nothing had expired then.
  expect(store.stats.minPhysicalOffset).toBe(0)
  expect(await store.deleteExpiredFiles()).toBeGreaterThan(3)
  expect(store.stats.minPhysicalOffset).toBeGreaterThan(0)
  expect(await store.append(message())).toMatchObject({ queueOffset: 100 })
})

it('above 85 % files go before their time, above 90 % messages are refused until there is room', async () => {
  await using fixture = new StoreFixture()
  const { files, store } = await start(fixture)
  await fill(store, 100)
  files.diskUsedPercent = 86
  expect(await store.deleteExpiredFiles()).toBeGreaterThan(3)
  expect(store.writable).toBe('ok')
  files.diskUsedPercent = 91
  await store.deleteExpiredFiles()
  await expect(store.append(message())).rejects.toMatchObject({ code: 'DISK_FULL', retryable: true })
  expect(store.writable).toMatchObject({ code: 'DISK_FULL' })
  files.diskUsedPercent = 50
  await store.deleteExpiredFiles()
  expect(store.writable).toBe('ok')
  expect(await store.append(message())).toMatchObject({ queueOffset: 100 })
})

it('limits that change are asked for each time', async () => {
  await using fixture = new StoreFixture()
  const limits = {
    deleteWhen: '04',
    diskUsedPercentClean: 75,
    diskUsedPercentForce: 85,
    diskUsedPercentMax: 90,
  }
  let fileReservedHours = 72
  const clock = new ManualClock(new Date(2026, 0, 10, 3, 0).getTime())
  const files = new FaultyFileSystem(nodeFileSystem)
  files.diskUsedPercent = 10
  const retention = () => ({ ...limits, fileReservedHours })
  const store = await fixture.open({ clock, files, deleteIntervalMs: 1, retention })
  await fill(store, 100)
  await clock.advance(2 * HOUR_MS)
  expect(await store.deleteExpiredFiles()).toBe(0)
  fileReservedHours = 1
  expect(await store.deleteExpiredFiles()).toBeGreaterThan(3)
})

it('a store that is closed while files are deleted ends without a complaint', async () => {
  await using fixture = new StoreFixture()
  const logger = new LogBook()
  const files = new FaultyFileSystem(nodeFileSystem)
  files.diskUsedPercent = 86
  const store = await fixture.open({ files, logger, deleteIntervalMs: 3_600_000 })
  await fill(store, 100)
  const deletion = store.deleteExpiredFiles()
  await expect.poll(() => store.stats.minPhysicalOffset).toBeGreaterThan(0)
  await store.close()
  await deletion
  expect(logger.lines).toEqual([])
})
