import { createMessageId } from '@rocketeer/client'
import { isRocketeerError } from '@rocketeer/foundation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GROUP, TOPIC, TwoClusters } from './testing/two-clusters.js'
import { translateOffsets } from './translate-offsets.js'

let clusters: TwoClusters
beforeEach(async () => {
  clusters = await TwoClusters.start()
})
afterEach(() => clusters[Symbol.asyncDispose]())

const rejectedWith = (code: string) => (error: unknown) => isRocketeerError(error) && error.code === code
const translate = (options: object = {}) => translateOffsets(clusters, { group: GROUP, ...options })

async function send(from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) {
    const message = { topic: TOPIC, body: `${i}`, key: `order-${i}`, messageId: createMessageId() }
    await clusters.producers.from.send(message, { orderKey: `o${i % 7}` })
    await clusters.producers.to.send(message, { orderKey: `o${i % 7}` })
  }
}

/** What the group would get in the new cluster, and what it has not got in the old one. */
async function texts(side: 'from' | 'to'): Promise<Set<string>> {
  const committed = await clusters.committed(side)
  const queues = await clusters[side].admin().topics.queues(TOPIC)
  const found = new Set<string>()
  for (const message of await clusters.read(side)) {
    const index = queues.findIndex(({ queueId }) => queueId === message.queue.queueId)
    if (message.queueOffset >= (committed[index] ?? 0)) found.add(message.text())
  }
  return found
}

describe('translating offsets', () => {
  it('says that a group has none yet, instead of translating nothing', async () => {
    await clusters.from.admin().groups.create('idle')
    await expect(translate({ group: 'idle' })).rejects.toSatisfy(rejectedWith('MIGRATION_NOTHING_CONSUMED'))
  })

  it('skips nothing that was not consumed, and as much as it can of what was', async () => {
    await send(0, 90)
    const ends = (await clusters.from.admin().topics.stats(TOPIC)).map(({ maxOffset }) => maxOffset)
    // One queue is far behind the other.
    await clusters.commit('from', [3, ends[1]! - 2])
    const before = await clusters.committed('to')
    const plan = await translate({ dryRun: true })
    expect(await clusters.committed('to')).toEqual(before)
    expect(await translate()).toEqual(plan)
    const [topic] = plan.topics
    expect(topic).toMatchObject({ topic: TOPIC, by: 'id', beginsEarlier: false, lag: ends[0]! - 3 + 2 })
    const [left, again] = [await texts('from'), await texts('to')]
    for (const text of left) expect(again).toContain(text)
    expect(again.size).toBe(left.size + topic!.again)
    // The highest: what each queue begins with has not been consumed.
    const fresh = await clusters.read('to')
    for (const { queue, offset, end } of topic!.queues) {
      if (offset === end) continue
      const first = fresh.find(
        (message) => message.queue.queueId === queue.queueId && message.queueOffset === offset,
      )!
      expect(left).toContain(first.text())
    }
  })

  it('puts a group that has consumed everything at the end', async () => {
    await send(0, 30)
    const ends = async (side: 'from' | 'to') =>
      (await clusters[side].admin().topics.stats(TOPIC)).map(({ maxOffset }) => maxOffset)
    await clusters.commit('from', await ends('from'))
    expect((await translate()).topics).toMatchObject([{ lag: 0, again: 0 }])
    expect(await clusters.committed('to')).toEqual(await ends('to'))
    // And back, from the new cluster to the old one.
    await send(30, 40)
    const { from, to } = clusters
    const back = await translateOffsets({ from: to, to: from }, { group: GROUP })
    expect(back.topics).toMatchObject([{ lag: 10, again: 0 }])
    expect((await texts('from')).size).toBe(10)
  })

  it('goes by time where there is too much to look at, and begins earlier then', async () => {
    await send(0, 40)
    const ends = (await clusters.from.admin().topics.stats(TOPIC)).map(({ maxOffset }) => maxOffset)
    await clusters.commit('from', [ends[0]! - 1, ends[1]!])
    const { topics } = await translate({ entriesMax: 5 })
    expect(topics).toMatchObject([{ by: 'time', lag: 1 }])
    const again = await texts('to')
    for (const text of await texts('from')) expect(again).toContain(text)
  })

  it('says when messages that were not consumed are only in the old cluster', async () => {
    for (let i = 0; i < 3; i++) await clusters.producers.from.send({ topic: TOPIC, body: `old ${i}` })
    await clusters.commit('from', [0, 0])
    expect((await translate({ graceMs: 0, dryRun: true })).topics).toMatchObject([{ beginsEarlier: true }])
  })

  it('refuses while members run there, one cluster for two, and what there is not', async () => {
    await send(0, 5)
    await clusters.commit('from', [0, 0])
    const consumer = clusters.to.consumer({ group: GROUP, subscribe: { [TOPIC]: '*' }, handle: () => {} })
    await consumer.ready
    await expect(translate()).rejects.toSatisfy(rejectedWith('MIGRATION_GROUP_RUNNING'))
    await consumer.close()
    const { from } = clusters
    const one = translateOffsets({ from, to: from }, { group: GROUP })
    await expect(one).rejects.toSatisfy(rejectedWith('MIGRATION_SAME_CLUSTER'))
    await expect(translate({ topics: ['nowhere'] })).rejects.toSatisfy(
      rejectedWith('MIGRATION_TOPIC_MISSING'),
    )
    await expect(translate({ group: 'nobody' })).rejects.toSatisfy(rejectedWith('MIGRATION_GROUP_MISSING'))
    await expect(translate({ topics: [] })).rejects.toSatisfy(rejectedWith('OPTION_INVALID'))
  })
})
