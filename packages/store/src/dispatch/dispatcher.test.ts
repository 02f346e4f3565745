import { nodeFileSystem } from '@rocketeer/files'
import { AssertionFailed } from '@rocketeer/foundation'
import { SysFlag } from '@rocketeer/protocol/record'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConsumeQueues } from '../consume-queue/consume-queues.js'
import { isBlankEntry } from '../consume-queue/entry.js'
import { TopicEnds, unsavedTopicEnds } from '../consume-queue/topic-ends.js'
import { IndexFiles } from '../index-file/index-files.js'
import { LogBook, StoreFixture } from '../testing/store-fixture.js'
import { Dispatcher } from './dispatcher.js'
import type { DispatchFacts } from './facts.js'

const RECORD_BYTES = 100
const EVER = { begin: 0, end: Number.MAX_SAFE_INTEGER }

function facts(physicalOffset: number, others: Partial<DispatchFacts> = {}): DispatchFacts {
  return {
    topic: 'T',
    queueId: 0,
    sysFlag: 0,
    queueOffset: physicalOffset / RECORD_BYTES,
    physicalOffset,
    recordBytes: RECORD_BYTES,
    storeTimestamp: 1_700_000_000_000 + physicalOffset,
    tagsCode: 7,
    keys: undefined,
    uniqueKey: undefined,
    ...others,
  }
}

describe('Dispatcher', () => {
  let fixture: StoreFixture
  let queues: ConsumeQueues
  let topicEnds: TopicEnds
  let index: IndexFiles
  let logger: LogBook
  let dispatcher: Dispatcher

  beforeEach(async () => {
    fixture = new StoreFixture()
    logger = new LogBook()
    topicEnds = new TopicEnds(unsavedTopicEnds)
    queues = consumeQueues()
    index = await IndexFiles.open({
      files: nodeFileSystem,
      directory: fixture.path('index'),
      size: { slots: 100, entries: 100 },
      clock: { now: Date.now, after: () => ({ cancel() {} }), every: () => ({ cancel() {} }) },
      logger,
    })
    dispatcher = new Dispatcher({ queues, index, logger })
  })
  afterEach(async () => {
    await queues.close()
    await index.close()
    await fixture[Symbol.asyncDispose]()
  })

  function consumeQueues(): ConsumeQueues {
    return new ConsumeQueues({
      files: nodeFileSystem,
      directory: fixture.path('consumequeue'),
      fileEntries: 50,
      topicEnds,
    })
  }

  async function indexed(key: string): Promise<number[]> {
    const offsets: number[] = []
    for await (const offset of index.query('T', key, EVER)) offsets.push(offset)
    return offsets
  }

  const entries = async () => (await queues.find('T', 0)?.entries(0, 50)) ?? []

  it('enters a record into its queue and under its keys', async () => {
    dispatcher.dispatch(facts(0, { keys: 'a b', uniqueKey: 'u' }))
    dispatcher.dispatch(facts(100, { keys: 'b' }))
    expect(await entries()).toEqual([
      { queueOffset: 0, physicalOffset: 0, recordBytes: RECORD_BYTES, tagsCode: 7 },
      { queueOffset: 1, physicalOffset: 100, recordBytes: RECORD_BYTES, tagsCode: 7 },
    ])
    expect(queues.find('T', 0)).toMatchObject({ maxOffset: 2, nextOffset: 2, maxPhysicalOffset: 200 })
    expect(await indexed('b')).toEqual([100, 0])
    expect(await indexed('u')).toEqual([0])
    expect(dispatcher).toMatchObject({ lastPhysicalOffset: 100, lastTimestamp: 1_700_000_000_100 })
  })

  it('enters a record that comes again into nothing', async () => {
    for (const offset of [0, 100]) dispatcher.dispatch(facts(offset, { keys: `k${offset}` }))
    const again = new Dispatcher({ queues, index, logger })
    for (const offset of [0, 100, 200]) again.dispatch(facts(offset, { keys: `k${offset}` }))
    expect((await entries()).map(({ physicalOffset }) => physicalOffset)).toEqual([0, 100, 200])
    expect(await indexed('k0')).toEqual([0])
  })

  it('keeps halves of transactions out of queues, and rollbacks out of the index, too', async () => {
    dispatcher.dispatch(facts(0, { sysFlag: SysFlag.TRANSACTION_PREPARED, queueOffset: 0, keys: 'half' }))
    dispatcher.dispatch(facts(100, { sysFlag: SysFlag.TRANSACTION_ROLLBACK, queueOffset: 0, keys: 'back' }))
    expect(queues.find('T', 0)).toBeUndefined()
    expect(await indexed('half')).toEqual([0])
    expect(await indexed('back')).toEqual([])
  })

  it('leaves offsets of lost records empty, and says so', async () => {
    dispatcher.dispatch(facts(0))
    dispatcher.dispatch(facts(300))
    const found = await entries()
    expect(found.map(isBlankEntry)).toEqual([false, true, true, false])
    expect(logger.lines).toMatchObject([{ level: 'error', facts: { queueOffset: 3, missing: 2 } }])
  })

  it('lets a queue begin where its first record says', () => {
    dispatcher.dispatch(facts(500))
    expect(queues.find('T', 0)).toMatchObject({ minOffset: 5, maxOffset: 6 })
    expect(logger.lines).toEqual([])
  })

  it('begins a queue anew when its topic was made again by a broker that uses offsets again', async () => {
    for (const offset of [0, 100, 200]) dispatcher.dispatch(facts(offset))
    await queues.write()
    dispatcher.dispatch(facts(300, { queueOffset: 0 }))
    dispatcher.dispatch(facts(400, { queueOffset: 1 }))
    expect((await entries()).map(({ physicalOffset }) => physicalOffset)).toEqual([300, 400])
    await queues.write()
    const loaded = consumeQueues()
    await loaded.load(Number.POSITIVE_INFINITY)
    expect(loaded.find('T', 0)).toMatchObject({ minOffset: 0, maxOffset: 2, maxPhysicalOffset: 500 })
    await loaded.close()
  })

  it('takes records in the order of the log only, from where it was cut on', () => {
    for (const offset of [0, 100, 200]) dispatcher.dispatch(facts(offset))
    expect(() => dispatcher.dispatch(facts(100))).toThrow(AssertionFailed)
    dispatcher.retreat(100)
    expect(dispatcher.lastPhysicalOffset).toBe(100)
    dispatcher.dispatch(facts(100))
  })

  it('enters an append into the queue that gave its offset, though its topic is gone', async () => {
    const queue = queues.findOrCreate('T', 0)
    dispatcher.dispatch(facts(0, { queue }))
    queue.nextOffset = 2
    await queues.deleteTopic('T', () => 200)
    dispatcher.dispatch(facts(100, { queue }))
    expect(queue.maxOffset).toBe(2)
    expect(queues.find('T', 0)).toMatchObject({ minOffset: 50, maxOffset: 50 })
    expect(() => dispatcher.dispatch(facts(300, { queue }))).toThrow(AssertionFailed)
  })
})
