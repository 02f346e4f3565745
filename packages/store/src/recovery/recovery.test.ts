import {
  closeSync,
  copyFileSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { expect, it } from 'vitest'
import { evens, fill, killed, numbers, odds, overwrite } from '../testing/killed-store.js'
import { bodies, LogBook, message, readAll, SMALL_FILES, StoreFixture } from '../testing/store-fixture.js'

const FILE_BYTES = SMALL_FILES.commitLogFileBytes

it('a kill loses nothing that was acknowledged, wherever the consume queues are', async () => {
  await using fixture = new StoreFixture()
  const store = await fixture.open()
  await fill(store, 150)
  await using copy = killed(fixture)
  const recovered = await copy.open()
  expect(await numbers(recovered, 0)).toEqual(evens(150))
  expect(await numbers(recovered, 1)).toEqual(odds(150))
  expect(recovered.damage).toEqual([])
  expect(await recovered.append(message())).toMatchObject({ queueOffset: 75 })
})

it('a kill does not take a record of 80 MiB, nor what is behind it', async () => {
  await using fixture = new StoreFixture()
  const options = { commitLogFileBytes: 100 * 1024 * 1024 }
  const store = await fixture.open(options)
  await fill(store, 2)
  await store.append(message({ body: Buffer.alloc(80 * 1024 * 1024, 7) }))
  const last = await store.append(message({ body: 'last' }))
  await using copy = killed(fixture)
  const recovered = await copy.open(options)
  expect(recovered.damage).toEqual([])
  expect(recovered.stats.maxPhysicalOffset).toBe(last.physicalOffset + last.recordBytes)
})

it('a torn tail is cut, and does not come back behind what is written next', async () => {
  await using fixture = new StoreFixture()
  const store = await fixture.open()
  const results = await fill(store, 20)
  await using copy = killed(fixture)
  const torn = results[17]!
  overwrite(copy, torn.physicalOffset + 300, Buffer.alloc(torn.recordBytes - 300))
  overwrite(copy, results[18]!.physicalOffset, Buffer.alloc(results[18]!.recordBytes))
  overwrite(copy, results[19]!.physicalOffset, Buffer.alloc(results[19]!.recordBytes))
  let recovered = await copy.open()
  expect(recovered.damage).toEqual([])
  expect(recovered.stats.maxPhysicalOffset).toBe(torn.physicalOffset)
  expect(await numbers(recovered, 0)).toEqual(evens(17))
  const next = await recovered.append(message({ body: '99' }))
  expect(next).toMatchObject({ physicalOffset: torn.physicalOffset, queueOffset: 9 })
  await recovered.close()
  writeFileSync(copy.path('abort'), '')
  recovered = await copy.open()
  expect(await numbers(recovered, 0)).toEqual([...evens(17), 99])
  expect(recovered.stats.maxPhysicalOffset).toBe(next.physicalOffset + next.recordBytes)
})

it('a file that was cut short is a torn tail', async () => {
  await using fixture = new StoreFixture()
  const store = await fixture.open()
  const results = await fill(store, 40)
  await using copy = killed(fixture)
  const last = results[39]!
  const base = last.physicalOffset - (last.physicalOffset % FILE_BYTES)
  for (const name of readdirSync(copy.path('commitlog'))) {
    if (Number(name) > base) rmSync(copy.path('commitlog', name))
  }
  truncateSync(copy.path('commitlog', String(base).padStart(20, '0')), last.physicalOffset - base + 50)
  const recovered = await copy.open()
  expect(await numbers(recovered, 0)).toEqual(evens(39))
  expect(await numbers(recovered, 1)).toEqual(odds(39))
})

it.each([
  ['its magic', 4, 4],
  ['its body', 200, 100],
  ['its size', 0, 4],
  ['all of it', 0, 600],
])(
  'a record damaged in %s is left out, reported, and those behind it are kept',
  async (_what, from, bytes) => {
    await using fixture = new StoreFixture()
    const store = await fixture.open()
    const results = await fill(store, 60)
    await using copy = killed(fixture)
    rmSync(copy.path('consumequeue'), { recursive: true })
    const bad = results[10]!
    overwrite(copy, bad.physicalOffset + from, Buffer.alloc(bytes, 0xee))
    const logger = new LogBook()
    const recovered = await copy.open({ logger })
    expect(await numbers(recovered, 0)).toEqual(evens(60).filter((i) => i !== 10))
    expect(await numbers(recovered, 1)).toEqual(odds(60))
    expect(recovered.damage[0]).toMatchObject({ start: bad.physicalOffset })
    expect(logger.lines.some(({ level }) => level === 'error')).toBe(true)
    expect(await recovered.append(message())).toMatchObject({ queueOffset: 30 })
    // The offset of the lost record stays empty: reading from it goes on with the next one.
    expect((await readAll(recovered, 'T', 0, 5))[0]).toMatchObject({ queueOffset: 6 })
  },
)

it('damage that was not there at the start is not served either', async () => {
  await using fixture = new StoreFixture()
  let store = await fixture.open()
  const results = await fill(store, 60)
  await store.close()
  overwrite(fixture, results[10]!.physicalOffset + 250, Buffer.from('x'))
  const logger = new LogBook()
  store = await fixture.open({ logger })
  expect(await numbers(store, 0)).toEqual(evens(60).filter((i) => i !== 10))
  expect(store.damage).toMatchObject([{ start: results[10]!.physicalOffset }])
  expect(await store.recordAt(results[10]!.physicalOffset)).toBeUndefined()
  await numbers(store, 0)
  expect(logger.lines).toHaveLength(1)
})

it('a whole damaged file does not take the later ones with it', async () => {
  await using fixture = new StoreFixture()
  const store = await fixture.open()
  const results = await fill(store, 120)
  await using copy = killed(fixture)
  rmSync(copy.path('consumequeue'), { recursive: true })
  overwrite(copy, FILE_BYTES, Buffer.alloc(FILE_BYTES, 1))
  const recovered = await copy.open()
  const kept = results.flatMap(({ physicalOffset }, i) =>
    physicalOffset >= FILE_BYTES && physicalOffset < 2 * FILE_BYTES ? [] : [i],
  )
  expect(await numbers(recovered, 0)).toEqual(kept.filter((i) => i % 2 === 0))
  expect(recovered.damage).toEqual([{ start: FILE_BYTES, end: 2 * FILE_BYTES }])
})

it.each(['a clean stop', 'a kill'])('a missing file costs its own messages only, after %s', async (stop) => {
  await using fixture = new StoreFixture()
  const store = await fixture.open()
  const results = await fill(store, 120)
  if (stop === 'a clean stop') await store.close()
  await using copy = stop === 'a kill' ? killed(fixture) : undefined
  const left = copy ?? fixture
  rmSync(left.path('commitlog', String(FILE_BYTES).padStart(20, '0')))
  const logger = new LogBook()
  const recovered = await left.open({ logger })
  const kept = results.flatMap(({ physicalOffset }, i) =>
    physicalOffset >= FILE_BYTES && physicalOffset < 2 * FILE_BYTES ? [] : [i],
  )
  expect(kept.length).toBeLessThan(120)
  expect(await numbers(recovered, 0)).toEqual(kept.filter((i) => i % 2 === 0))
  expect(await numbers(recovered, 1)).toEqual(kept.filter((i) => i % 2 === 1))
  expect(logger.lines[0]).toMatchObject({ level: 'error', facts: { start: FILE_BYTES, end: 2 * FILE_BYTES } })
  expect(await recovered.append(message())).toMatchObject({ queueOffset: 60 })
})

it('old records left behind the end are not taken for new ones', async () => {
  await using fixture = new StoreFixture()
  let now = 2_000_000
  const clock = { now: () => now, after: () => ({ cancel() {} }), every: () => ({ cancel() {} }) }
  const store = await fixture.open({ clock })
  const old = await fill(store, 20)
  await using stale = killed(fixture)
  await store.close()
  // Another log with the same beginning, whose end lies before the records of the first.
  await using other = new StoreFixture()
  now = 1_000_000
  const first = await other.open({ clock })
  await fill(first, 10)
  now = 3_000_000
  await first.append(message({ body: 'short' }))
  await first.close()
  const staleLog = readFileSync(stale.path('commitlog', '0'.repeat(20)))
  const fd = openSync(other.path('commitlog', '0'.repeat(20)), 'r+')
  const from = old[12]!.physicalOffset
  writeSync(fd, staleLog, from, staleLog.length - from - 2000, from)
  closeSync(fd)
  writeFileSync(other.path('abort'), '')
  const recovered = await other.open({ clock })
  expect(await bodies(recovered)).toHaveLength(6)
  expect((await bodies(recovered)).at(-1)).toBe('short')
  expect(recovered.damage).toEqual([])
})

it('refuses a directory written with another file size, and says which option', async () => {
  await using fixture = new StoreFixture()
  const store = await fixture.open()
  await fill(store, 60)
  await store.close()
  await expect(fixture.open({ commitLogFileBytes: 32 * 1024 })).rejects.toMatchObject({
    code: 'FILE_SIZE_MISMATCH',
    message: expect.stringContaining('commitLogFileBytes'),
  })
  const again = await fixture.open()
  expect(await numbers(again, 0)).toEqual(evens(60))
})

it('an empty file left by a kill while the next one was prepared does no harm', async () => {
  await using fixture = new StoreFixture()
  const store = await fixture.open()
  await fill(store, 10)
  await using copy = killed(fixture)
  rmSync(copy.path('commitlog', String(FILE_BYTES).padStart(20, '0')), { force: true })
  writeFileSync(copy.path('commitlog', String(FILE_BYTES).padStart(20, '0')), '')
  copyFileSync(fixture.path('checkpoint'), copy.path('checkpoint'))
  const recovered = await copy.open()
  expect(await numbers(recovered, 0)).toEqual(evens(10))
})
