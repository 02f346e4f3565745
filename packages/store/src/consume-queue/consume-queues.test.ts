import { readdirSync } from 'node:fs'
import { FaultyFileSystem } from '@rocketeer/faulty-files'
import { nodeFileSystem } from '@rocketeer/files'
import { expect, it } from 'vitest'
import { bodies, LogBook, message, readAll, StoreFixture } from '../testing/store-fixture.js'

it('many queues need few file handles, and come back', async () => {
  await using fixture = new StoreFixture()
  let store = await fixture.open({ commitLogFileBytes: 1 << 20 })
  const append = () =>
    Promise.all(
      Array.from({ length: 1000 }, (_, i) =>
        store.append(message({ topic: `T${i % 100}`, queueId: i % 10 === 0 ? 0 : i % 7 })),
      ),
    )
  await append()
  await store.close()
  store = await fixture.open({ commitLogFileBytes: 1 << 20 })
  const before = [...store.queues()].map(({ maxOffset }) => maxOffset)
  expect(before.reduce((sum, each) => sum + each, 0)).toBe(1000)
  await append()
  if (process.platform === 'linux') expect(readdirSync('/proc/self/fd').length).toBeLessThan(400)
  expect([...store.queues()].reduce((sum, { maxOffset }) => sum + maxOffset, 0)).toBe(2000)
})

it('entries reach several files and are read from them', async () => {
  await using fixture = new StoreFixture()
  let store = await fixture.open()
  const expected = Array.from({ length: 230 }, (_, i) => `${i}`)
  await Promise.all(expected.map((body) => store.append(message({ body }))))
  await store.close()
  expect(readdirSync(fixture.path('consumequeue/T/0'))).toEqual(
    [0, 1000, 2000, 3000, 4000].map((base) => String(base).padStart(20, '0')),
  )
  store = await fixture.open()
  expect(await bodies(store)).toEqual(expected)
  expect((await readAll(store, 'T', 0, 149)).map(({ queueOffset }) => queueOffset)[0]).toBe(149)
})

it('a queue that cannot be written is tried again and loses nothing', async () => {
  await using fixture = new StoreFixture()
  const files = new FaultyFileSystem(nodeFileSystem)
  const logger = new LogBook()
  let store = await fixture.open({ files, logger })
  files.fail({ operation: 'write', path: 'consumequeue', code: 'ENOSPC', bytes: 10, times: 1 })
  await Promise.all(['a', 'b', 'c'].map((body) => store.append(message({ body }))))
  await expect.poll(() => logger.lines.length).toBe(1)
  expect(await bodies(store)).toEqual(['a', 'b', 'c'])
  await store.close()
  store = await fixture.open()
  expect(await bodies(store)).toEqual(['a', 'b', 'c'])
})

it('finds offsets by time, on both sides of it', async () => {
  await using fixture = new StoreFixture()
  let now = 1000
  const clock = { now: () => now, after: () => ({ cancel() {} }), every: () => ({ cancel() {} }) }
  const store = await fixture.open({ clock })
  expect(await store.offsetAt('T', 0, 5)).toBe(0)
  expect(await store.earliestStoreTimestamp()).toBe(-1)
  expect(await store.earliestStoreTimestamp('T', 0)).toBe(-1)
  for (const time of [1000, 1000, 2000, 3000, 3000]) {
    now = time
    await store.append(message())
  }
  const lower = (time: number) => store.offsetAt('T', 0, time)
  const upper = (time: number) => store.offsetAt('T', 0, time, 'upper')
  expect(await Promise.all([500, 1000, 1500, 2000, 3000, 4000].map(lower))).toEqual([0, 0, 2, 2, 3, 5])
  expect(await Promise.all([500, 1000, 1500, 2000, 3000, 4000].map(upper))).toEqual([0, 1, 1, 2, 4, 4])
  expect(await store.earliestStoreTimestamp()).toBe(1000)
  expect(await store.earliestStoreTimestamp('T', 0)).toBe(1000)
})

it('announces every message once it can be read, with what long polling needs', async () => {
  await using fixture = new StoreFixture()
  const store = await fixture.open()
  const seen: unknown[] = []
  const stop = store.onArrival((topic, queueId, maxOffset, tagsCode) => {
    expect(store.maxOffset(topic, queueId)).toBeGreaterThanOrEqual(maxOffset)
    seen.push([topic, queueId, maxOffset, tagsCode])
  })
  await store.append(message({ tagsCode: 7 }))
  await store.append(message({ queueId: 3, tagsCode: -7 }))
  stop()
  await store.append(message())
  expect(seen).toEqual([
    ['T', 0, 1, 7],
    ['T', 3, 1, -7],
  ])
})
