import { existsSync } from 'node:fs'
import { FaultyFileSystem } from '@rocketeer/faulty-files'
import { nodeFileSystem } from '@rocketeer/files'
import { ManualClock } from '@rocketeer/foundation'
import { SysFlag } from '@rocketeer/protocol/record'
import { beforeAll, describe, expect, it } from 'vitest'
import type { AppendResult } from '../commit-log/append.js'
import type { MessageStore } from '../message-store.js'
import { killed } from '../testing/killed-store.js'
import { contentsOf, copyLog, expectSameFiles } from '../testing/raw-copy.js'
import { bodies, message, SMALL_FILES, StoreFixture } from '../testing/store-fixture.js'

const FILE_BYTES = SMALL_FILES.commitLogFileBytes
const COUNT = 16
const KEYS = Array.from({ length: COUNT }, (_, i) => `k${i}`)
const clock = new ManualClock(1_700_000_000_000)
const OPTIONS = { clock, indexFileEntries: 20, consumeQueueFileEntries: 5, checkpointIntervalMs: 1 }

/** Messages of two queues in three files, halves of transactions among them; the late ones have a queue of their own. */
async function fill(store: MessageStore, count: number): Promise<AppendResult[]> {
  const results: AppendResult[] = []
  for (let i = 0; i < count; i++) {
    const queueId = i > 12 ? 7 : i % 2
    const sysFlag = i % 7 === 3 ? SysFlag.TRANSACTION_PREPARED : 0
    const body = `${i}`.padEnd((i * 797) % 5000, '.')
    results.push(
      await store.append(message({ queueId, sysFlag, body, keys: `k${i} both`, uniqueKey: `U${i}` })),
    )
  }
  return results
}

async function appendOthers(store: MessageStore): Promise<void> {
  for (let i = 0; i < 8; i++) {
    const body = `other ${i}`.padEnd(i * 500, '-')
    await store.append(message({ queueId: i % 3, body, keys: `k${i} both` }))
  }
}

let source: StoreFixture
let log: MessageStore
/** Ends of all records, and of the blank ends of files. */
let boundaries: number[]

beforeAll(async () => {
  source = new StoreFixture()
  log = await source.open({ clock })
  const results = await fill(log, COUNT)
  const ends = results.map(({ physicalOffset, recordBytes }) => physicalOffset + recordBytes)
  const fileEnds = Array.from(
    { length: Math.floor(log.rawLog.end / FILE_BYTES) },
    (_, i) => (i + 1) * FILE_BYTES,
  )
  boundaries = [...new Set([0, ...ends, ...fileEnds])].sort((a, b) => a - b)
  expect(fileEnds.length).toBeGreaterThan(1)
  return async () => source[Symbol.asyncDispose]()
})

/** Truncates a copy of the log, appends other messages, and compares with a store that never had more. */
async function truncateAndCompare(cut: number, expectedEnd: number, stop: 'close' | 'kill'): Promise<void> {
  await using fixture = new StoreFixture()
  await using reference = new StoreFixture()
  const store = await fixture.open(OPTIONS)
  await copyLog(log, store)
  // So that queues and index are in the files.
  if (cut % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(await store.rawLog.truncateTo(cut)).toBe(expectedEnd)
  const never = await reference.open(OPTIONS)
  await copyLog(log, never, { end: expectedEnd })
  expect(await contentsOf(store, KEYS)).toEqual(await contentsOf(never, KEYS))

  await appendOthers(store)
  await appendOthers(never)
  expect(await contentsOf(store, [...KEYS, 'both'])).toEqual(await contentsOf(never, [...KEYS, 'both']))

  await using left = stop === 'kill' ? killed(fixture) : fixture
  await using expected = stop === 'kill' ? killed(reference) : reference
  await store.close()
  await never.close()
  const again = await left.open(OPTIONS)
  const same = await expected.open(OPTIONS)
  expect(await contentsOf(again, [...KEYS, 'both'])).toEqual(await contentsOf(same, [...KEYS, 'both']))
  expect(again.damage).toEqual([])
  await again.close()
  await same.close()
  expectSameFiles(left, expected, 'commitlog')
  expectSameFiles(left, expected, 'consumequeue')
}

describe('a store cut back is as if it had never had more', () => {
  it.each(['close', 'kill'] as const)(
    'at every record boundary, after a %s, too',
    async (stop) => {
      for (const cut of boundaries) await truncateAndCompare(cut, cut, stop)
    },
    120_000,
  )

  it('inside of records: the whole record goes', async () => {
    for (const [index, start] of boundaries.slice(0, -1).entries()) {
      const middle = start + 1 + ((index * 53) % (boundaries[index + 1]! - start - 1))
      await truncateAndCompare(middle, start, index % 2 ? 'kill' : 'close')
    }
  }, 120_000)
})

it('refuses messages while it is cut, and takes them afterwards', async () => {
  await using fixture = new StoreFixture()
  const store = await fixture.open()
  const results = await fill(store, 10)
  const pending = store.append(message({ body: 'before' }))
  const cutting = store.rawLog.truncateTo(results[4]!.physicalOffset)
  await expect(store.append(message())).rejects.toMatchObject({ code: 'LOG_BEING_CUT', retryable: true })
  expect(store.writable).toMatchObject({ code: 'LOG_BEING_CUT' })
  expect(await pending).toMatchObject({ status: 'ok' })
  await cutting
  expect(store.writable).toBe('ok')
  expect(await store.append(message({ body: 'after' }))).toMatchObject({
    physicalOffset: results[4]!.physicalOffset,
  })
  expect((await bodies(store)).at(-1)).toBe('after')
})

it('a disk that fails meanwhile fences it, and the next start finds a log without holes', async () => {
  for (const path of ['commitlog', 'consumequeue', 'index', 'checkpoint']) {
    await using fixture = new StoreFixture()
    const files = new FaultyFileSystem(nodeFileSystem)
    const store = await fixture.open({ files })
    const results = await fill(store, COUNT)
    await store.flush()
    await expect.poll(() => existsSync(fixture.path('consumequeue/T/7'))).toBe(true)
    files.fail({ operation: path === 'consumequeue' ? 'truncate' : 'datasync', path, code: 'EIO', times: 1 })
    await expect(store.rawLog.truncateTo(results[8]!.physicalOffset), path).rejects.toMatchObject({
      code: 'STORE_FENCED',
    })
    await expect(store.append(message())).rejects.toMatchObject({ code: 'STORE_FENCED' })
    await store.close().catch(() => {})
    const again = await fixture.open()
    const numbers = (await bodies(again)).map((body) => Number.parseInt(body, 10))
    const all = results.flatMap((_, i) => (i <= 12 && i % 2 === 0 && i % 7 !== 3 ? [i] : []))
    expect([all, all.filter((i) => i < 8)]).toContainEqual(numbers)
    expect(again.damage).toEqual([])
  }
})
