import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { ManualClock } from '@rocketeer/foundation'
import { javaHashCode } from '@rocketeer/protocol'
import { SysFlag } from '@rocketeer/protocol/record'
import { expect, it } from 'vitest'
import type { MessageStore } from '../message-store.js'
import { message, SMALL_FILES, StoreFixture } from '../testing/store-fixture.js'
import { readHeader } from './index-header.js'
import { KeyHasher } from './key-hash.js'

const EVER = { messagesMax: 32, beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER }
const { indexFileSlots, indexFileEntries } = SMALL_FILES

async function fill(store: MessageStore, count: number): Promise<number[]> {
  const results = await Promise.all(
    Array.from({ length: count }, (_, i) =>
      store.append(message({ keys: `order-${i} buyer-${i % 10}`, uniqueKey: `ID${i}` })),
    ),
  )
  return results.map(({ physicalOffset }) => physicalOffset)
}

it('hashes keys as Java does', () => {
  const hasher = new KeyHasher()
  for (const [topic, key] of [
    ['T', 'k'],
    ['T', '支付'],
    ['other', ''],
    ['T', 'k'],
  ] as const)
    expect(hasher.hash(topic, key)).toBe(Math.abs(javaHashCode(`${topic}#${key}`)))
  // "polygenelubricants" is the classic text whose hash is Integer.MIN_VALUE; the key completes a topic to such a hash.
  expect(Math.abs(javaHashCode('polygenelubricants'))).toBe(2 ** 31)
  for (let i = 0; i < 1000; i++) expect(hasher.hash('T', `${i}`)).toBeLessThan(2 ** 31)
})

it('finds messages by each key and by unique id, newest first, before and after a restart', async () => {
  await using fixture = new StoreFixture()
  let store = await fixture.open()
  const offsets = await fill(store, 100)
  for (const restart of [false, true]) {
    if (restart) {
      await store.close()
      store = await fixture.open()
    }
    expect(await store.query('T', 'order-42', EVER)).toEqual([offsets[42]])
    expect(await store.query('T', 'ID42', { ...EVER, unique: true })).toEqual([offsets[42]])
    expect(await store.query('T', 'order-42', { ...EVER, unique: true })).toEqual([])
    const ofBuyer = offsets.filter((_, i) => i % 10 === 3).reverse()
    expect(await store.query('T', 'buyer-3', EVER)).toEqual(ofBuyer)
    expect(await store.query('T', 'buyer-3', { ...EVER, messagesMax: 2 })).toEqual(ofBuyer.slice(0, 2))
    expect(await store.query('other', 'buyer-3', EVER)).toEqual([])
    expect(await store.query('T', 'nobody', EVER)).toEqual([])
  }
})

it('finds a key behind any number of newer ones with the same hash', async () => {
  expect(javaHashCode('T#AaAa')).toBe(javaHashCode('T#BBBB'))
  await using fixture = new StoreFixture()
  const store = await fixture.open()
  const { physicalOffset } = await store.append(message({ keys: 'AaAa' }))
  await Promise.all(Array.from({ length: 500 }, () => store.append(message({ keys: 'BBBB AaBB BBAa' }))))
  expect(await store.query('T', 'AaAa', { ...EVER, messagesMax: 1 })).toEqual([physicalOffset])
  expect(await store.query('T', 'BBBB', EVER)).toHaveLength(32)
})

it('looks only at the time that was asked for', async () => {
  await using fixture = new StoreFixture()
  let now = 1_700_000_000_000
  const clock = { now: () => now, after: () => ({ cancel() {} }), every: () => ({ cancel() {} }) }
  const store = await fixture.open({ clock })
  const offsets: number[] = []
  for (let i = 0; i < 5; i++) {
    offsets.push((await store.append(message({ keys: 'k' }))).physicalOffset)
    now += 1500
  }
  const range = { messagesMax: 32, beginTimestamp: 1_700_000_001_500, endTimestamp: 1_700_000_004_500 }
  expect(await store.query('T', 'k', range)).toEqual([offsets[3], offsets[2], offsets[1]])
})

it('goes on in a new file when one is full, each of Apache’s size', async () => {
  await using fixture = new StoreFixture()
  let store = await fixture.open()
  const offsets = await fill(store, 300)
  await store.close()
  const names = readdirSync(fixture.path('index'))
  expect(names.length).toBe(Math.ceil(900 / (indexFileEntries - 1)))
  for (const name of names) {
    expect(name).toMatch(/^20\d{15}$/)
    expect(statSync(fixture.path('index', name)).size).toBe(40 + indexFileSlots * 4 + indexFileEntries * 20)
  }
  expect(readHeader(readFileSync(fixture.path('index', names[0]!))).nextEntry).toBe(indexFileEntries)
  store = await fixture.open()
  for (const i of [0, 150, 299]) expect(await store.query('T', `order-${i}`, EVER)).toEqual([offsets[i]])
})

it('gives files names in order, even if the clock was set back', async () => {
  await using fixture = new StoreFixture()
  const offsets: number[] = []
  for (const now of [1_700_000_000_000, 1_700_000_000_000, 1_699_000_000_000]) {
    const store = await fixture.open({ clock: new ManualClock(now) })
    offsets.push(...(await fill(store, 200)))
    await store.close()
  }
  const store = await fixture.open()
  expect(readdirSync(fixture.path('index')).length).toBe(Math.ceil(1800 / (indexFileEntries - 1)))
  expect(await store.query('T', 'order-49', EVER)).toEqual([offsets[449], offsets[249], offsets[49]])
})

it('a kill loses no entry, wherever the index was', async () => {
  await using fixture = new StoreFixture()
  const store = await fixture.open({ checkpointIntervalMs: 1 })
  const offsets = await fill(store, 150)
  await new Promise((resolve) => setTimeout(resolve, 500))
  offsets.push(...(await fill(store, 50)))
  await using copy = new StoreFixture()
  cpSync(fixture.directory, copy.directory, { recursive: true })
  rmSync(copy.path('lock'))
  writeFileSync(copy.path('abort'), '')
  const recovered = await copy.open()
  for (const i of [0, 75, 149]) expect(await recovered.query('T', `order-${i}`, EVER)).toContain(offsets[i])
  expect(await recovered.query('T', 'order-49', EVER)).toEqual([offsets[199], offsets[49]])
})

it('indexes halves of transactions, but no rollbacks; nothing when it is off', async () => {
  await using fixture = new StoreFixture()
  let store = await fixture.open()
  const half = await store.append(message({ keys: 'k', sysFlag: SysFlag.TRANSACTION_PREPARED }))
  await store.append(message({ keys: 'k', sysFlag: SysFlag.TRANSACTION_ROLLBACK }))
  expect(await store.query('T', 'k', EVER)).toEqual([half.physicalOffset])
  await store.close()
  store = await fixture.open({ indexMessages: false })
  await store.append(message({ keys: 'k' }))
  expect(await store.query('T', 'k', EVER)).toEqual([])
})
