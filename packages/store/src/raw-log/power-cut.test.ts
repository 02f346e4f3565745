import { atEveryPowerCut, type SimulatedDisk } from '@rocketeer/faulty-files'
import { ManualClock } from '@rocketeer/foundation'
import { expect, it } from 'vitest'
import { MessageStore } from '../message-store.js'
import { bodies, message, SMALL_FILES } from '../testing/store-fixture.js'

/** Files so small that a cut takes some of them; time stands still, so nothing happens by itself. */
function open(files: SimulatedDisk): Promise<MessageStore> {
  return MessageStore.open({
    ...SMALL_FILES,
    directory: '/data',
    commitLogFileBytes: 4096,
    consumeQueueFileEntries: 2,
    indexFileSlots: 10,
    indexFileEntries: 20,
    flushMode: 'sync',
    files,
    clock: new ManualClock(1_700_000_000_000),
    ioClock: new ManualClock(0),
  })
}

async function append(store: MessageStore, ...texts: string[]): Promise<void> {
  for (const text of texts) await store.append(message({ body: text.padEnd(900, '.'), keys: text }))
}

/** Where the third message begins. */
async function startOfThird(store: MessageStore): Promise<number> {
  const [third] = await store.entries('T', 0, 2, 1)
  return third!.physicalOffset
}

const texts = async (store: MessageStore) => (await bodies(store)).map((body) => body.replaceAll('.', ''))
const ALL = ['a', 'b', 'c', 'd', 'e', 'f']
const RANGE = { messagesMax: 9, beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER }

it('a power cut leaves the log cut, or longer but whole, and what is cut does not come back', async () => {
  const seen = new Set<string>()
  const steps = await atEveryPowerCut({
    before: async (disk) => {
      const store = await open(disk)
      await append(store, ...ALL)
      await store.close()
    },
    change: async (disk) => {
      const store = await open(disk)
      await store.rawLog.truncateTo(await startOfThird(store))
      await append(store, 'x', 'y')
    },
    after: async (disk, ended) => {
      const store = await open(disk)
      const found = await texts(store)
      const kept = ['a', 'b', 'x', 'y']
      const longer = [2, 3, 4, 5, 6].map((count) => ALL.slice(0, count))
      expect(ended ? [kept] : [kept, kept.slice(0, 3), ...longer]).toContainEqual(found)
      seen.add(found.join(''))
      expect(store.damage).toEqual([])
      for (const text of ['d', 'x']) {
        expect(await store.query('T', text, RANGE)).toHaveLength(found.includes(text) ? 1 : 0)
      }
      await append(store, 'z')
      expect(await texts(store)).toEqual([...found, 'z'])
      await store.close()
    },
  })
  expect(steps).toBeGreaterThan(10)
  expect([...seen]).toEqual(expect.arrayContaining(['abcdef', 'abxy']))
}, 60_000)

it('a power cut brings back no entries that were cut off, also when the log is longer again', async () => {
  const before = ['a', 'b', 'c', 'd', 'e']
  await atEveryPowerCut({
    before: async (disk) => {
      const store = await open(disk)
      await store.append(message({ topic: 'U' }))
      for (const body of before) await store.append(message({ body }))
      await store.close()
    },
    change: async (disk) => {
      const store = await open(disk)
      await store.rawLog.truncateTo(await startOfThird(store))
      for (const _ of before) await store.append(message({ topic: 'U' }))
      await store.close()
    },
    after: async (disk, ended) => {
      const store = await open(disk)
      const found = await texts(store)
      expect(found).toEqual(before.slice(0, Math.max(2, found.length)))
      if (ended) expect(found).toEqual(['a', 'b'])
      expect(store.maxOffset('T', 0)).toBe(found.length)
      expect(store.damage).toEqual([])
      await store.close()
    },
  })
}, 60_000)

it('a power cut takes no message that was acknowledged, not even the first of a new store', async () => {
  let acknowledged: string[] = []
  await atEveryPowerCut({
    change: async (disk) => {
      acknowledged = []
      const store = await open(disk)
      for (const text of ALL) {
        await append(store, text)
        acknowledged.push(text)
      }
    },
    after: async (disk) => {
      const store = await open(disk)
      const found = await texts(store)
      expect(found.slice(0, acknowledged.length)).toEqual(acknowledged)
      expect(ALL.slice(0, found.length)).toEqual(found)
      expect(store.damage).toEqual([])
      await store.close()
    },
  })
}, 60_000)
