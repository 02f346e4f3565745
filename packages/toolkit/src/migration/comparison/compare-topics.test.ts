import { createMessageId, type MessageToSend } from '@rocketeer/client'
import { isRocketeerError } from '@rocketeer/foundation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TOPIC, TwoClusters } from '../testing/two-clusters.js'
import { compareTopics } from './compare-topics.js'
import { copyMissing } from './copy-missing.js'

let clusters: TwoClusters
beforeEach(async () => {
  clusters = await TwoClusters.start()
})
afterEach(() => clusters[Symbol.asyncDispose]())

const rejectedWith = (code: string) => (error: unknown) => isRocketeerError(error) && error.code === code
/** Nothing is on its way. */
const all = () => ({ topic: TOPIC, graceMs: 0, until: Date.now() + 1_000 })
const compare = (options: object = {}) => compareTopics(clusters, { ...all(), ...options })

interface Sent {
  id?: string
  orderKey?: string
  from?: boolean
  to?: boolean
}

async function send(
  content: Omit<MessageToSend, 'topic'>,
  { id = createMessageId(), orderKey, from = true, to = true }: Sent = {},
) {
  const message = { topic: TOPIC, ...content, messageId: id } as MessageToSend
  if (from) await clusters.producers.from.send(message, { orderKey })
  if (to) await clusters.producers.to.send(message, { orderKey })
  return id
}

describe('comparing topics', () => {
  it('finds both alike when they are, in other queues', async () => {
    for (let i = 0; i < 50; i++) await send({ body: `${i}`, key: `k${i}` }, { orderKey: `o${i % 5}` })
    expect(await compare()).toMatchObject({
      topic: TOPIC,
      messages: { from: 50, to: 50 },
      missing: 0,
      different: 0,
      extra: 0,
      outOfOrder: 0,
      doubled: { from: 0, to: 0 },
      isEqual: true,
      examples: [],
    })
  })

  it('finds what is missing, extra and different, with examples', async () => {
    for (let i = 0; i < 20; i++) await send({ body: `${i}` })
    const missing = await send({ body: 'missing', key: 'm' }, { to: false })
    const extra = await send({ body: 'extra' }, { from: false })
    const id = createMessageId()
    await send({ body: 'a', tag: 'paid', properties: { shop: 'north' } }, { id, to: false })
    await send({ body: 'b', tag: 'paid', properties: { shop: 'south' } }, { id, from: false })
    const twice = await send({ body: 'twice' })
    await send({ body: 'twice' }, { id: twice, from: false })
    const compared = await compare()
    expect(compared).toMatchObject({ missing: 1, extra: 1, different: 1, outOfOrder: 0, isEqual: false })
    expect(compared.doubled).toEqual({ from: 0, to: 1 })
    expect(compared.messages).toEqual({ from: 23, to: 24 })
    expect(compared.examples.map(({ kind, messageId, fields }) => [kind, messageId, fields])).toEqual([
      ['missing', missing, []],
      ['different', id, ['body', 'properties']],
      ['extra', extra, []],
    ])
    expect(compared.examples[0]).toMatchObject({ key: 'm', to: undefined })
    for (let i = 0; i < 5; i++) await send({ body: 'missing' }, { to: false })
    const few = await compare({ examplesMax: 2 })
    expect(few.missing).toBe(6)
    expect(few.examples.filter(({ kind }) => kind === 'missing')).toHaveLength(2)
  })

  it('finds messages that overtook others of their order key', async () => {
    const [first, second] = [createMessageId(), createMessageId()]
    await send({ body: '0' }, { orderKey: 'o' })
    await send({ body: '1' }, { id: first, orderKey: 'o', to: false })
    await send({ body: '2' }, { id: second, orderKey: 'o' })
    await send({ body: '1' }, { id: first, orderKey: 'o', from: false })
    await send({ body: '3' }, { orderKey: 'o' })
    const compared = await compare()
    expect(compared).toMatchObject({ missing: 0, extra: 0, different: 0, outOfOrder: 1, isEqual: false })
    expect(compared.examples).toMatchObject([{ kind: 'outOfOrder', messageId: second }])
  })

  it('compares more than fits into memory share by share', async () => {
    for (let i = 0; i < 100; i++) await send({ body: `${i}` }, { orderKey: `o${i % 30}` })
    for (let i = 0; i < 7; i++) await send({ body: 'missing' }, { to: false })
    for (let i = 0; i < 3; i++) await send({ body: 'extra' }, { from: false })
    const seen: number[] = []
    const compared = await compare({
      entriesMax: 16,
      onProgress: ({ done, total }: { done: number; total: number }) => seen.push(done / total),
    })
    expect(compared).toMatchObject({ missing: 7, extra: 3, outOfOrder: 0, messages: { from: 107, to: 103 } })
    expect(seen.at(-1)).toBe(1)
  })

  it('knows messages without an id, and those that were given two, by keys and body', async () => {
    for (let i = 0; i < 5; i++) {
      await send({ body: `${i}`, key: `k${i}` }, { to: false })
      await send({ body: `${i}`, key: `k${i}` }, { from: false })
    }
    expect(await compare()).toMatchObject({ missing: 5, extra: 5 })
    expect(await compare({ matchBy: 'content' })).toMatchObject({
      isEqual: true,
      messages: { from: 5, to: 5 },
    })
  })

  it('counts what was stored in a time, and takes a copy that came later', async () => {
    await send({ body: 'before' }, { to: false })
    await new Promise((resolve) => setTimeout(resolve, 20))
    const since = Date.now()
    await send({ body: 'within' })
    await send({ body: 'late' }, { to: false })
    await new Promise((resolve) => setTimeout(resolve, 20))
    const until = Date.now()
    await new Promise((resolve) => setTimeout(resolve, 20))
    await send({ body: 'behind' }, { to: false })
    expect(await compare({ since, until })).toMatchObject({ missing: 1, messages: { from: 2, to: 1 } })
    await copyMissing(clusters, { ...all(), since, until })
    expect(await compare({ since, until })).toMatchObject({ isEqual: true, messages: { from: 2, to: 1 } })
    // By default what was stored a moment ago may be on its way.
    expect(await compareTopics(clusters, { topic: TOPIC })).toMatchObject({
      isEqual: true,
      messages: { from: 0 },
    })
  })

  it('refuses one cluster for two, and a topic that one of them does not have', async () => {
    const { from } = clusters
    const one = compareTopics({ from, to: from }, { topic: TOPIC })
    await expect(one).rejects.toSatisfy(rejectedWith('MIGRATION_SAME_CLUSTER'))
    await from.admin().topics.create('only-old')
    await expect(compare({ topic: 'only-old' })).rejects.toSatisfy(rejectedWith('MIGRATION_TOPIC_MISSING'))
    await expect(compare({ topic: 'nowhere' })).rejects.toSatisfy(rejectedWith('MIGRATION_TOPIC_MISSING'))
    await expect(compare({ entriesMax: 0 })).rejects.toSatisfy(rejectedWith('OPTION_INVALID'))
    await send({ body: 'x' })
    const signal = AbortSignal.abort()
    await expect(compare({ signal })).rejects.toBe(signal.reason)
  })
})

describe('copying what is missing', () => {
  it('sends it with everything it had, once', async () => {
    for (let i = 0; i < 10; i++) await send({ body: `${i}` }, { orderKey: 'o', to: i < 4 })
    const id = await send(
      { body: 'full', key: 'k', tag: 't', properties: { shop: 'north' }, flag: 3 },
      { to: false },
    )
    const options = all()
    expect(await copyMissing(clusters, { ...options, dryRun: true })).toMatchObject({ copied: 0 })
    const { copied, comparison } = await copyMissing(clusters, options)
    expect([copied, comparison.missing]).toEqual([7, 7])
    expect(await compare()).toMatchObject({ isEqual: true })
    expect((await copyMissing(clusters, options)).copied).toBe(0)
    const full = (await clusters.read('to')).find(({ messageId }) => messageId === id)!
    expect(full).toMatchObject({ key: 'k', tag: 't', userProperties: { shop: 'north' }, flag: 3 })
    const ordered = (await clusters.read('to')).filter(({ orderKey }) => orderKey === 'o')
    expect(ordered.map((message) => message.text())).toEqual(Array.from({ length: 10 }, (_, i) => `${i}`))
  })
})
