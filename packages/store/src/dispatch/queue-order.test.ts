import { nodeFileSystem } from '@rocketeer/files'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConsumeQueues } from '../consume-queue/consume-queues.js'
import { isBlankEntry } from '../consume-queue/entry.js'
import { TopicEnds, unsavedTopicEnds } from '../consume-queue/topic-ends.js'
import { LogBook, StoreFixture } from '../testing/store-fixture.js'
import { Dispatcher } from './dispatcher.js'
import type { DispatchFacts } from './facts.js'

const RECORD_BYTES = 100
const FILE_ENTRIES = 50

type Entered = Record<number, number | '-'>

describe('records of a queue, by the queue offsets they name', () => {
  let fixture: StoreFixture
  let queues: ConsumeQueues
  let logger: LogBook

  beforeEach(() => {
    fixture = new StoreFixture()
    logger = new LogBook()
    queues = new ConsumeQueues({
      files: nodeFileSystem,
      directory: fixture.path('consumequeue'),
      fileEntries: FILE_ENTRIES,
      topicEnds: new TopicEnds(unsavedTopicEnds),
    })
  })
  afterEach(async () => {
    await queues.close()
    await fixture[Symbol.asyncDispose]()
  })

  function facts(queueOffset: number, physicalOffset: number): DispatchFacts {
    return {
      topic: 'T',
      queueId: 0,
      sysFlag: 0,
      queueOffset,
      physicalOffset,
      recordBytes: RECORD_BYTES,
      storeTimestamp: 1,
      tagsCode: 0,
      keys: undefined,
      uniqueKey: undefined,
    }
  }

  /**
   * Dispatches records with these offsets, each `distance` bytes behind the one before it. Gives the queue's entries by
   * offset: which record, `-` for an empty one.
   */
  async function entered(queueOffsets: readonly number[], distance = RECORD_BYTES): Promise<Entered> {
    const dispatcher = new Dispatcher({ queues, index: undefined, logger })
    for (const [place, queueOffset] of queueOffsets.entries())
      dispatcher.dispatch(facts(queueOffset, place * distance))
    dispatcher.settle()
    const queue = queues.find('T', 0)!
    const entries = await queue.entries(queue.minOffset, 100)
    expect(queue.minOffset + entries.length).toBe(queue.maxOffset)
    return Object.fromEntries(
      entries.map((entry) => [
        entry.queueOffset,
        isBlankEntry(entry) ? '-' : entry.physicalOffset / distance,
      ]),
    )
  }

  const damaged: [string, number[], Entered][] = [
    ['too high by one bit', [0, 1, 2 + 16, 3, 4], { 0: 0, 1: 1, 2: '-', 3: 3, 4: 4 }],
    ['higher than the log has records', [0, 1, 2 ** 32, 3, 4], { 0: 0, 1: 1, 2: '-', 3: 3, 4: 4 }],
    ['negative', [0, 1, -(2 ** 40), 3, 4], { 0: 0, 1: 1, 2: '-', 3: 3, 4: 4 }],
    ['too low', [0, 1, 2, 1, 4], { 0: 0, 1: 1, 2: 2, 3: '-', 4: 4 }],
    ['0, in the middle', [0, 1, 0, 3, 4], { 0: 0, 1: 1, 2: '-', 3: 3, 4: 4 }],
    ['0, of another queue', [0, 1, 2, 0, 3, 4], { 0: 0, 1: 1, 2: 2, 3: 4, 4: 5 }],
    ['negative, at the very first', [-5, 6, 7], { 6: 1, 7: 2 }],
    ['higher than files have names, at the very first', [2 ** 60, 6, 7], { 6: 1, 7: 2 }],
    ['too high, at the very first', [2 ** 40, 6, 7], { 6: 1, 7: 2 }],
    ['too high, of another queue', [0, 1, 5, 2, 3], { 0: 0, 1: 1, 2: 3, 3: 4 }],
    ['too high, at the very last', [0, 1, 2, 2 ** 20], { 0: 0, 1: 1, 2: 2 }],
  ]
  describe.each([
    ['alone in the log', RECORD_BYTES],
    ['between those of many queues', 100 * RECORD_BYTES],
  ])('%s', (_where, distance) => {
    it.each(damaged)('leave out a damaged one that is %s, and no other', async (_, offsets, expected) => {
      expect(await entered(offsets, distance)).toEqual(expected)
      expect(logger.lines.filter(({ message }) => message.includes('does not fit'))).toHaveLength(1)
    })
  })

  const again: [string, number[], Entered][] = [
    ['after many messages', [0, 1, 2, 3, 0, 1, 2], { 0: 4, 1: 5, 2: 6 }],
    ['after one', [0, 0, 1, 2], { 0: 1, 1: 2, 2: 3 }],
    ['with one message so far', [0, 1, 2, 3, 0], { 0: 4 }],
    ['where the first one is lost', [0, 1, 2, 3, 4, 5, 1, 2, 3], { 0: 0, 1: 6, 2: 7, 3: 8 }],
    ['twice', [0, 1, 2, 0, 1, 0, 1, 2], { 0: 5, 1: 6, 2: 7 }],
  ]
  it.each(again)(
    'begin again in a topic that another broker made again, %s',
    async (_, offsets, expected) => {
      expect(await entered(offsets)).toEqual(expected)
      expect(logger.lines).toEqual([])
    },
  )

  it('go on where the files of a topic made again begin, when nobody knows of the deleted one', async () => {
    expect(await entered([0, 1, FILE_ENTRIES, FILE_ENTRIES + 1])).toMatchObject({
      0: 0,
      1: 1,
      2: '-',
      [FILE_ENTRIES - 1]: '-',
      [FILE_ENTRIES]: 2,
      [FILE_ENTRIES + 1]: 3,
    })
  })

  it('keep their offsets when those before them are lost', async () => {
    const dispatched = await entered([0, 1, 2])
    expect(dispatched).toEqual({ 0: 0, 1: 1, 2: 2 })
    const later = new Dispatcher({ queues, index: undefined, logger })
    for (const queueOffset of [1_000, 1_001]) later.dispatch(facts(queueOffset, queueOffset * RECORD_BYTES))
    later.settle()
    expect(queues.find('T', 0)).toMatchObject({ minOffset: 0, maxOffset: 1_002 })
    expect(logger.lines).toMatchObject([{ facts: { queueOffset: 1_000, missing: 997 } }])
  })
})
