import {
  closeSync,
  copyFileSync,
  cpSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { SysFlag } from '@rocketeer/protocol'
import { expect, test } from 'vitest'
import { readEntry } from '../consume-queue/entry.js'
import type { MessageStore } from '../message-store.js'
import { bodies, LogBook, message, readAll, SMALL_FILES, StoreFixture } from '../testing/store-fixture.js'

const FILE_BYTES = SMALL_FILES.commitLogFileBytes

/** What a killed process leaves: the files as they are, and the abort file. */
function killed(from: StoreFixture): StoreFixture {
  const copy = new StoreFixture()
  cpSync(from.directory, copy.directory, { recursive: true })
  rmSync(copy.path('lock'), { force: true })
  writeFileSync(copy.path('abort'), '')
  return copy
}

function overwrite(fixture: StoreFixture, offset: number, bytes: Buffer): void {
  const base = offset - (offset % FILE_BYTES)
  const fd = openSync(fixture.path('commitlog', String(base).padStart(20, '0')), 'r+')
  writeSync(fd, bytes, 0, bytes.length, offset - base)
  closeSync(fd)
}

async function fill(store: MessageStore, count: number, bytes = 500) {
  return Promise.all(
    Array.from({ length: count }, (_, i) =>
      store.append(
        message({ queueId: i % 2, body: `${i}`.padEnd(bytes, '.'), keys: `key${i}`, uniqueKey: `U${i}` }),
      ),
    ),
  )
}

const numbers = async (store: MessageStore, queueId: number) =>
  (await bodies(store, 'T', queueId)).map((body) => Number.parseInt(body, 10))
const evens = (end: number) => Array.from({ length: Math.ceil(end / 2) }, (_, i) => i * 2)
const odds = (end: number) => Array.from({ length: Math.floor(end / 2) }, (_, i) => i * 2 + 1)

test('a kill loses nothing that was acknowledged, wherever the consume queues are', async () => {
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

test('a torn tail is cut, and does not come back behind what is written next', async () => {
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

test('a file that was cut short is a torn tail', async () => {
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

test.each([
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

test('damage that was not there at the start is not served either', async () => {
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

test('a whole damaged file does not take the later ones with it', async () => {
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

test('old records left behind the end are not taken for new ones', async () => {
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

test.each(['clean', 'killed'])('lost consume queues are made again after a %s stop', async (stop) => {
  await using fixture = new StoreFixture()
  let store = await fixture.open()
  await fill(store, 150)
  await store.append(message({ sysFlag: SysFlag.TRANSACTION_PREPARED, body: 'half' }))
  await store.append(message({ topic: 'late', tag: 'tag', tagsCode: 5 }))
  await store.close()
  if (stop === 'killed') writeFileSync(fixture.path('abort'), '')
  const before = readFileSync(fixture.path('consumequeue/T/1', '0'.repeat(20)))
  rmSync(fixture.path('consumequeue'), { recursive: true })
  store = await fixture.open()
  expect(await numbers(store, 0)).toEqual(evens(150))
  expect(store.maxOffset('late', 0)).toBe(1)
  await store.close()
  expect(readFileSync(fixture.path('consumequeue/T/1', '0'.repeat(20))).equals(before)).toBe(true)
})

test('a lost checkpoint after a kill costs time, not messages', async () => {
  await using fixture = new StoreFixture()
  const store = await fixture.open()
  await fill(store, 100)
  await using copy = killed(fixture)
  rmSync(copy.path('checkpoint'))
  const recovered = await copy.open()
  expect(await numbers(recovered, 1)).toEqual(odds(100))
  expect(await recovered.append(message())).toMatchObject({ queueOffset: 50 })
})

test('consume queues that say more than the log are cut, also after a clean stop', async () => {
  await using fixture = new StoreFixture()
  let store = await fixture.open()
  const results = await fill(store, 40)
  await store.close()
  const end = results[20]!.physicalOffset
  const base = end - (end % FILE_BYTES)
  for (const name of readdirSync(fixture.path('commitlog'))) {
    if (Number(name) > base) rmSync(fixture.path('commitlog', name))
  }
  overwrite(fixture, end, Buffer.alloc(FILE_BYTES - (end % FILE_BYTES)))
  store = await fixture.open()
  expect(await numbers(store, 0)).toEqual(evens(20))
  expect(await numbers(store, 1)).toEqual(odds(20))
  expect(await store.append(message({ body: '7' }))).toMatchObject({ queueOffset: 10, physicalOffset: end })
})

test('a topic made anew after its deletion keeps its newer records when queues are made again', async () => {
  await using fixture = new StoreFixture()
  let store = await fixture.open()
  for (const body of ['1', '2', '3']) await store.append(message({ body }))
  await store.deleteTopics(new Set())
  for (const body of ['4', '5']) await store.append(message({ body }))
  await store.close()
  rmSync(fixture.path('consumequeue'), { recursive: true })
  store = await fixture.open()
  expect(await bodies(store)).toEqual(['4', '5'])
})

test('queues that begin in the middle have blank entries before their first, as Apache writes them', async () => {
  await using fixture = new StoreFixture()
  let store = await fixture.open()
  await fill(store, 100)
  await store.close()
  rmSync(fixture.path('consumequeue'), { recursive: true })
  rmSync(fixture.path('commitlog', '0'.repeat(20)))
  store = await fixture.open()
  const first = (await readAll(store, 'T', 0))[0]!
  expect(first.queueOffset).toBe(store.minOffset('T', 0))
  expect(first.queueOffset).toBeGreaterThan(5)
  expect(await store.read('T', 0, 0, { messagesMax: 1, bytesMax: 1 })).toMatchObject({
    status: 'offsetTooSmall',
    nextBeginOffset: first.queueOffset,
  })
  await store.close()
  const entries = readFileSync(fixture.path('consumequeue/T/0', '0'.repeat(20)))
  expect(readEntry(entries, 0)).toEqual({ physicalOffset: 0, recordBytes: 0x7fffffff, tagsCode: 0 })
  expect(readEntry(entries, first.queueOffset * 20).physicalOffset).toBe(first.physicalOffset)
  store = await fixture.open()
  expect(store.minOffset('T', 0)).toBe(first.queueOffset)
})

test('delayed messages keep their delivery time when queues are made again', async () => {
  await using fixture = new StoreFixture()
  const delayLevelsMs = [1000, 5000]
  let store = await fixture.open({ delayLevelsMs })
  const { storeTimestamp } = await store.append(
    message({ topic: 'SCHEDULE_TOPIC_XXXX', queueId: 1, delayLevel: 2, tagsCode: 12_345 }),
  )
  await store.close()
  rmSync(fixture.path('consumequeue'), { recursive: true })
  store = await fixture.open({ delayLevelsMs })
  const seen: number[] = []
  await store.read('SCHEDULE_TOPIC_XXXX', 1, 0, { messagesMax: 1, bytesMax: 1 }, (tagsCode) => {
    seen.push(tagsCode)
    return true
  })
  expect(seen).toEqual([storeTimestamp + 5000])
})

test('refuses a directory written with another file size, and says which option', async () => {
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

test('an empty file left by a kill while the next one was prepared does no harm', async () => {
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
