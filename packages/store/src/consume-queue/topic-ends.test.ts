import { rmSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { killed } from '../testing/killed-store.js'
import { bodies, message, SMALL_FILES, StoreFixture } from '../testing/store-fixture.js'
import { type SavedTopicEnds, type TopicEnd, TopicEnds } from './topic-ends.js'

/** Queues begin with a file. */
const BEGIN = SMALL_FILES.consumeQueueFileEntries
const LIMITS = { messagesMax: 32, bytesMax: 1 << 20 }

/** Keeps the ends as a file would. */
class KeptEnds implements SavedTopicEnds {
  saved: ReadonlyMap<string, TopicEnd> = new Map()
  failing = false

  async save(ends: ReadonlyMap<string, TopicEnd>): Promise<void> {
    if (this.failing) throw new Error('the disk is full')
    this.saved = new Map(ends)
  }
}

let topicEnds: KeptEnds
beforeEach(() => {
  topicEnds = new KeptEnds()
})

describe('a topic that was deleted and made again', () => {
  it('begins where it ended, without a message and with some', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open({ topicEnds })
    for (const body of ['1', '2', '3']) await store.append(message({ body }))
    await store.deleteTopics(['T'])
    expect([store.minOffset('T', 0), store.maxOffset('T', 0)]).toEqual([BEGIN, BEGIN])
    expect(await store.read({ topic: 'T', queueId: 0, offset: 1, limits: LIMITS })).toMatchObject({
      status: 'offsetTooSmall',
      nextBeginOffset: BEGIN,
    })
    expect(await store.offsetAt('T', 0, 0)).toBe(BEGIN)
    expect([...store.queues()]).toEqual([])
    expect(await store.append(message({ body: '4' }))).toMatchObject({ queueOffset: BEGIN })
    expect(store.hasFirst('T', 0)).toBe(true)
    expect(await bodies(store)).toEqual(['4'])
  })

  it('goes on behind both when it is deleted twice, each queue by itself', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open({ topicEnds })
    for (const queueId of [0, 0, 1]) await store.append(message({ queueId }))
    await store.deleteTopics(['T'])
    await store.append(message({ queueId: 0 }))
    await store.append(message({ queueId: 2 }))
    await store.deleteTopics(['T'])
    await store.deleteTopics(['T'])
    expect([0, 1, 2, 3].map((queueId) => store.minOffset('T', queueId))).toEqual([2 * BEGIN, BEGIN, BEGIN, 0])
  })

  it.each(['clean', 'killed'])(
    'keeps only its own messages when queues are made again after a %s stop',
    async (stop) => {
      await using fixture = new StoreFixture()
      let store = await fixture.open({ topicEnds })
      for (const body of ['1', '2', '3']) await store.append(message({ body }))
      await store.deleteTopics(['T'])
      await store.append(message({ body: '4' }))
      await store.append(message({ topic: 'other' }))
      await store.deleteTopics(['other'])
      await store.close()
      rmSync(fixture.path('consumequeue'), { recursive: true })
      if (stop === 'killed') writeFileSync(fixture.path('abort'), '')
      store = await fixture.open({ topicEnds })
      expect(await bodies(store)).toEqual(['4'])
      expect([store.minOffset('T', 0), store.maxOffset('T', 0)]).toEqual([BEGIN, BEGIN + 1])
      expect([...store.queues()].map(({ topic }) => topic)).toEqual(['T'])
    },
  )

  it.each(['clean', 'killed'])(
    'does not get back after a %s stop what came while it was deleted',
    async (stop) => {
      await using fixture = new StoreFixture()
      let store = await fixture.open({ topicEnds })
      await store.append(message({ body: '1' }))
      const deletion = store.deleteTopics(['T'])
      await store.append(message({ body: '2' }))
      await deletion
      expect(await bodies(store)).toEqual([])
      await store.append(message({ body: '3' }))
      await store.close()
      rmSync(fixture.path('consumequeue'), { recursive: true })
      if (stop === 'killed') writeFileSync(fixture.path('abort'), '')
      store = await fixture.open({ topicEnds })
      expect(await bodies(store)).toEqual(['3'])
      expect([store.minOffset('T', 0), store.maxOffset('T', 0)]).toEqual([BEGIN, BEGIN + 1])
    },
  )

  it('is empty after a kill between saving where it ended and deleting its files', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open({ topicEnds })
    for (const body of ['1', '2', '3']) await store.append(message({ body }))
    await store.flush()
    await using beforeFiles = killed(fixture)
    await store.deleteTopics(['T'])
    const again = await beforeFiles.open({ topicEnds })
    expect([again.minOffset('T', 0), again.maxOffset('T', 0)]).toEqual([BEGIN, BEGIN])
    expect(await again.append(message({ body: '4' }))).toMatchObject({ queueOffset: BEGIN })
    expect(await bodies(again)).toEqual(['4'])
  })

  it('keeps messages that another broker gave offsets from 0 on', async () => {
    await using fixture = new StoreFixture()
    let store = await fixture.open({ topicEnds })
    for (const body of ['1', '2', '3']) await store.append(message({ body }))
    await store.deleteTopics(['T'])
    await store.close()
    store = await fixture.open()
    await store.append(message({ body: 'theirs' }))
    await store.close()
    for (const lost of [false, true]) {
      if (lost) rmSync(fixture.path('consumequeue'), { recursive: true })
      store = await fixture.open({ topicEnds })
      expect(await bodies(store)).toEqual(['theirs'])
      await store.close()
    }
  })

  it('keeps messages written where a power cut took the end of the log', async () => {
    await using fixture = new StoreFixture()
    let store = await fixture.open({ topicEnds })
    await store.append(message({ body: '1' }))
    await store.deleteTopics(['T'])
    await store.close()
    const end = topicEnds.saved.get('T')!
    topicEnds.saved = new Map([['T', { ...end, physicalOffset: end.physicalOffset + 10_000 }]])
    for (const body of ['2', '3']) {
      store = await fixture.open({ topicEnds })
      expect(await store.append(message({ body }))).toMatchObject({ queueOffset: BEGIN + Number(body) - 2 })
      await store.close()
      rmSync(fixture.path('consumequeue'), { recursive: true })
    }
    store = await fixture.open({ topicEnds })
    expect(await bodies(store)).toEqual(['2', '3'])
  })

  it('stays as it is when where it ended cannot be saved', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open({ topicEnds })
    await store.append(message({ body: '1' }))
    topicEnds.failing = true
    await expect(store.deleteTopics(['T'])).rejects.toThrow('the disk is full')
    await store.append(message({ body: '2' }))
    expect(await bodies(store)).toEqual(['1', '2'])
    topicEnds.failing = false
    await store.deleteTopics(['T'])
    expect(store.minOffset('T', 0)).toBe(BEGIN)
  })
})

it('remembers 10,000 deleted topics, and forgets the one deleted longest ago', async () => {
  const ends = new TopicEnds(topicEnds)
  const end = { physicalOffset: 100, queues: new Map([[0, 1]]) }
  for (let i = 0; i <= 10_000; i++) await ends.add(`T${i}`, end)
  expect(topicEnds.saved.size).toBe(10_000)
  expect([ends.endOf('T0', 0), ends.endOf('T1', 0)]).toEqual([0, 1])
})
