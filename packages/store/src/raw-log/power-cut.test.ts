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
      // Where the third message begins.
      const [, , third] = await recordStarts(store)
      await store.rawLog.truncateTo(third!)
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

async function recordStarts(store: MessageStore): Promise<number[]> {
  return (await store.entries('T', 0, 0, 100)).map(({ physicalOffset }) => physicalOffset)
}
