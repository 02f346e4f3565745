import { atEveryPowerCut, type SimulatedDisk } from '@rocketeer/faulty-files'
import { ManualClock } from '@rocketeer/foundation'
import { expect, it } from 'vitest'
import { MessageStore } from '../message-store.js'
import { bodies, message, SMALL_FILES } from '../testing/store-fixture.js'

const WRITE_INTERVAL_MS = 200
/** Topics and numbers of messages. A checkpoint follows each batch; the second one needs several files of a queue. */
const BATCHES = [
  ['U1', 'T1', 'U2'],
  ['T2', 'T3', 'T4', 'T5'],
]
const RANGE = { messagesMax: 9, beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER }

/** Files so small that a few messages fill several, and a checkpoint as often as possible. */
async function open(files: SimulatedDisk): Promise<{ store: MessageStore; ioClock: ManualClock }> {
  const ioClock = new ManualClock(0)
  const store = await MessageStore.open({
    ...SMALL_FILES,
    directory: '/data',
    commitLogFileBytes: 4096,
    consumeQueueFileEntries: 2,
    indexFileSlots: 10,
    indexFileEntries: 4,
    flushMode: 'sync',
    checkpointIntervalMs: 1,
    files,
    clock: new ManualClock(1_700_000_000_000),
    ioClock,
  })
  return { store, ioClock }
}

it('a power cut takes nothing from queues and index that the checkpoint counts', async () => {
  let acknowledged: string[] = []
  await atEveryPowerCut({
    change: async (disk) => {
      acknowledged = []
      const { store, ioClock } = await open(disk)
      for (const batch of BATCHES) {
        for (const text of batch) {
          await store.append(message({ topic: text[0]!, body: text, keys: text }))
          acknowledged.push(text)
        }
        await ioClock.advance(WRITE_INTERVAL_MS)
      }
    },
    after: async (disk) => {
      const { store } = await open(disk)
      for (const topic of ['T', 'U']) {
        const found = await bodies(store, topic)
        expect(found.join(' ')).toMatch(
          new RegExp(`^${acknowledged.filter((text) => text[0] === topic).join(' ')}`),
        )
      }
      for (const text of acknowledged) expect(await store.query(text[0]!, text, RANGE)).toHaveLength(1)
      expect(store.damage).toEqual([])
      await store.close()
    },
  })
}, 60_000)
