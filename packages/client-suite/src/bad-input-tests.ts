import type { MessageQueue } from '@rocketeer/client'
import { ResponseCode } from '@rocketeer/protocol'
import { expect, it } from 'vitest'
import { Handled } from './handled.js'
import type { SuiteWorld } from './suite-peer.js'

const DAY_MS = 86_400_000

export function badInputTests(world: SuiteWorld): void {
  async function topicOf(queues: number) {
    const client = await world.connect()
    const topic = world.name('bad')
    await client.admin().topics.create(topic, { queues })
    return { client, topic, producer: client.producer() }
  }

  it('a selector that gives a queue of another topic, an unknown one, or none', async () => {
    const { client, topic, producer } = await topicOf(1)
    const other = await topicOf(1)
    await producer.send({ topic, body: 'known' })
    const [foreign] = await client.admin().topics.queues(other.topic)
    const given = [foreign, { ...foreign!, topic, queueId: 7 }, undefined, null, {}]
    for (const queue of given) {
      const sending = producer.send({ topic, body: 'x' }, { selector: () => queue as MessageQueue })
      await expect(sending).rejects.toMatchObject({ code: 'QUEUE_UNKNOWN' })
    }
    const failing = producer.send({ topic, body: 'x' }, { selector: () => unsure() })
    await expect(failing).rejects.toThrow('which queue?')
    expect((await producer.send({ topic, body: 'next' })).queueOffset).toBe(1)
  })

  it('a delay beyond the maximum', async () => {
    const { topic, producer } = await topicOf(1)
    const tooFar = producer.send({ topic, body: 'x', deliverAfterMs: 4 * DAY_MS })
    await expect(tooFar).rejects.toMatchObject({
      code: 'BROKER_REFUSED',
      details: { answer: ResponseCode.MESSAGE_ILLEGAL },
    })
    expect((await producer.send({ topic, body: 'next' })).queueOffset).toBe(0)
  })

  it('a batch that mixes topics, or holds what is delayed', async () => {
    const { topic, producer } = await topicOf(1)
    const one = { topic, body: 'x' }
    const mixed = producer.sendBatch([one, { ...one, topic: `${topic}-other` }])
    await expect(mixed).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
    const delayed = producer.sendBatch([one, { ...one, deliverAfterMs: 1000 }])
    await expect(delayed).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
    expect((await producer.sendBatch([one, one])).queueOffset).toBe(0)
  })

  it('a recall with a text that is no handle', async () => {
    const { topic, producer } = await topicOf(1)
    const timed = await producer.send({ topic, body: 'x', deliverAfterMs: 60_000 })
    for (const handle of ['', 'v1', Buffer.from('v1 a b').toString('base64url'), timed.messageId]) {
      const recall = producer.recall(topic, handle)
      await expect(recall).rejects.toMatchObject({ code: 'RECALL_HANDLE_INVALID' })
    }
    expect(await producer.recall(topic, timed.recallHandle!)).toBe(timed.messageId)
  })

  it('arguments that are no such thing, before anything is asked', async () => {
    const { client, topic } = await topicOf(1)
    const { brokers, groups, messages, offsets, topics } = client.admin()
    const [queue] = await topics.queues(topic)
    const group = world.name('group')
    // As from a program without types.
    const any = (value: unknown) => value as never
    const refused: [code: string, call: () => Promise<unknown>][] = [
      ['OPTION_INVALID', () => topics.create(topic, { queues: 0 })],
      ['OPTION_INVALID', () => topics.create(topic, { queues: Number.NaN })],
      ['OPTION_INVALID', () => topics.update(topic, { readQueues: 1.5 })],
      ['OPTION_INVALID', () => topics.update(topic, { perm: 8 })],
      ['OPTION_INVALID', () => topics.update(topic, any({ queue: 3 }))],
      ['OPTION_INVALID', () => topics.update(topic, { queues: 3, brokers: [] })],
      ['TOPIC_INVALID', () => topics.route(any(undefined))],
      ['OPTION_INVALID', () => groups.create(group, { retriesMax: -1 })],
      ['OPTION_INVALID', () => groups.create(group, any({ retryMaxTimes: 3 }))],
      ['OPTION_INVALID', () => groups.update(group, { retryQueues: Number.POSITIVE_INFINITY })],
      ['OPTION_INVALID', () => groups.setRequestMode(group, topic, any({ mode: 'pop' }))],
      ['GROUP_INVALID', () => groups.progress('a group')],
      ['OPTION_INVALID', () => offsets.at(queue!, new Date('soon'))],
      ['OPTION_INVALID', () => offsets.at(queue!, any('2026-01-01'))],
      ['OPTION_INVALID', () => offsets.commit(group, queue!, -1)],
      ['OPTION_INVALID', () => offsets.commit(group, { ...queue!, queueId: Number.NaN }, 0)],
      ['RESET_INVALID', () => offsets.reset(group, topic, -1)],
      ['RESET_INVALID', () => offsets.reset(group, topic, any(null))],
      ['RESET_INVALID', () => offsets.planReset(group, topic, any('2026-01-01'))],
      ['KEY_INVALID', () => messages.byKey(topic, 'order 1')],
      ['KEY_INVALID', () => messages.lives('')],
      ['OPTION_INVALID', () => messages.byKey(topic, 'k', { messagesMax: 0 })],
      ['OPTION_INVALID', () => messages.at(queue!, 0.5)],
      ['OPTION_INVALID', () => brokers.configure(queue!.brokerName, any({ fileReservedTime: 48 }))],
      ['OPTION_INVALID', () => client.pull(queue!, 0, { waitMs: Number.POSITIVE_INFINITY })],
      ['OPTION_INVALID', () => client.pull(queue!, Number.NaN)],
      ['TOPIC_INVALID', () => client.pull(queue!, 0, { tags: 'a || *' })],
      ['OPTION_INVALID', () => client.producer().send({ topic, body: 'x' }, any({ timeout: 3 }))],
    ]
    for (const [code, call] of refused) await expect(call(), String(call)).rejects.toMatchObject({ code })
  })

  it('offsets reset into the future, while the group goes on', async () => {
    const { client, topic, producer } = await topicOf(1)
    const handled = new Handled()
    const group = world.name('group')
    await client.consumer({ group, subscribe: { [topic]: '*' }, startFrom: 'first', handle: handled.handle })
      .ready
    await producer.send({ topic, body: 'before' })
    await handled.exactly(['before'])
    const admin = client.admin()
    for (const time of [Date.now() + DAY_MS, new Date('soon')]) {
      await expect(admin.offsets.reset(group, topic, time)).rejects.toMatchObject({ code: 'RESET_INVALID' })
      await expect(admin.offsets.planReset(group, topic, time)).rejects.toMatchObject({
        code: 'RESET_INVALID',
      })
    }
    await producer.send({ topic, body: 'after' })
    await handled.exactly(['before', 'after'])
  })
}

function unsure(): never {
  throw new Error('which queue?')
}
