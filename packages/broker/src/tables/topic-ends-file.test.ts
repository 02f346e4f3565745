import { atEveryPowerCut, type SimulatedDisk } from '@rocketeer/faulty-files'
import { ManualClock, silentLogger } from '@rocketeer/foundation'
import { encodeHost } from '@rocketeer/protocol/record'
import { MessageStore } from '@rocketeer/store'
import { expect, it } from 'vitest'
import { ownRecord } from '../messages/own-record.js'
import { openTopicEnds } from './topic-ends-file.js'

/** First and next offset. A topic made again begins with a file of two entries. */
const PRESENT = [0, 3]
const DELETED = [4, 4]
const HOST = encodeHost('127.0.0.1', 1)

async function open(files: SimulatedDisk): Promise<MessageStore> {
  const directory = '/data'
  return MessageStore.open({
    directory,
    commitLogFileBytes: 4096,
    consumeQueueFileEntries: 2,
    indexMessages: false,
    flushMode: 'sync',
    files,
    clock: new ManualClock(1_700_000_000_000),
    ioClock: new ManualClock(0),
    topicEnds: await openTopicEnds({ directory, files, logger: silentLogger }),
  })
}

const append = (store: MessageStore, topic: string) =>
  store.append(
    ownRecord({
      topic,
      queueId: 0,
      bornTimestamp: 0,
      bornHost: HOST,
      body: Buffer.from('x'),
      properties: {},
    }),
  )

it('a power cut at any moment leaves a topic with all its messages or with none, and no offset is used again', async () => {
  const steps = await atEveryPowerCut({
    before: async (files) => {
      const store = await open(files)
      for (let i = 0; i < 3; i++) await append(store, '__proto__')
      await store.close()
    },
    change: async (files) => {
      const store = await open(files)
      await store.deleteTopics(['__proto__'])
    },
    after: async (files, ended) => {
      const store = await open(files)
      const bounds = [store.minOffset('__proto__', 0), store.maxOffset('__proto__', 0)]
      expect(ended ? [DELETED] : [PRESENT, DELETED]).toContainEqual(bounds)
      expect(await append(store, '__proto__')).toMatchObject({ queueOffset: bounds[1] })
      await store.close()
    },
  })
  expect(steps).toBeGreaterThan(4)
}, 60_000)
