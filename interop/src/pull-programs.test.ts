import { type Client, connect } from '@rocketeer/client'
import { eventually } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, peerKinds } from './peers/peer.js'
import type { MessageLine } from './programs/client-programs.js'
import { JavaHost, type JavaRole } from './programs/java-host.js'

interface Queue {
  topic: string
  brokerName: string
  queueId: number
}

interface PullResult {
  status: 'FOUND' | 'NO_NEW_MSG' | 'NO_MATCHED_MSG' | 'OFFSET_ILLEGAL'
  nextBeginOffset: number
  minOffset: number
  maxOffset: number
  messages: MessageLine[]
}

const POLL_MS = 500

describe.each(peerKinds)('pull consumers of the Java client against %s', (kind) => {
  let peer: Peer
  let client: Client
  let java: JavaHost
  let nameservers: string

  beforeAll(async () => {
    peer = await Peer.start(kind)
    nameservers = peer.nameserver.address
    client = await connect({ nameservers: [nameservers] })
    java = await JavaHost.start('ROCKETMQ')
  })
  afterAll(async () => {
    await java?.kill()
    await client?.close()
    await peer?.close()
  })

  /** A topic with `m0`, `m1`, … in each of its queues, tagged `even` and `odd`. */
  async function newTopic(queues: number, messages: number) {
    const topic = `pulled${queues}_${Date.now().toString(36)}`
    await client.admin().topics.create(topic, { queues })
    await sendAll(topic, 0, messages)
    return { nameservers, topic, group: `${topic}_group` }
  }

  async function sendAll(topic: string, from: number, to: number): Promise<void> {
    const producer = client.producer()
    for (const queue of await client.admin().topics.queues(topic)) {
      for (let i = from; i < to; i++) {
        await producer.send({ topic, body: `m${i}`, tag: i % 2 === 0 ? 'even' : 'odd' }, { queue })
      }
    }
    await producer.close()
  }

  /** Polls until there are `count` messages. */
  async function polled(consumer: JavaRole, count: number): Promise<MessageLine[]> {
    const messages: MessageLine[] = []
    await eventually(
      async () => {
        messages.push(...(await consumer.call<MessageLine[]>('poll', { timeoutMs: POLL_MS })))
        expect(messages.length).toBeGreaterThanOrEqual(count)
      },
      { withinMs: 40_000 },
    )
    expect(messages).toHaveLength(count)
    return messages
  }

  it('lite pull, subscribed: shares the queues, commits when told, and goes on there', async () => {
    const place = await newTopic(4, 3)
    const open = () =>
      java.open('litePull', { ...place, subscribe: true, expression: '*', autoCommit: false })
    const first = await open()
    expect(bodies(await polled(first, 12))).toEqual([
      ...repeat('m0', 4),
      ...repeat('m1', 4),
      ...repeat('m2', 4),
    ])
    const second = await open()
    const assigned = (role: JavaRole) => role.call<Queue[]>('assignment')
    await eventually(
      async () => {
        const shares = [await assigned(first), await assigned(second)]
        expect(shares.map((queues) => queues.length)).toEqual([2, 2])
        expect(new Set(shares.flat().map(({ queueId }) => queueId)).size).toBe(4)
      },
      { withinMs: 30_000 },
    )
    await second.close()
    await eventually(async () => expect(await assigned(first)).toHaveLength(4), { withinMs: 30_000 })
    // The queues that come back from the other begin at the first message: the group has committed nothing.
    await eventually(
      async () => {
        await first.call('poll', { timeoutMs: POLL_MS })
        await first.call('commitSync')
        const queues = await assigned(first)
        const committed = queues.map((queue) => first.call<number>('committed', { queue }))
        expect(await Promise.all(committed)).toEqual([3, 3, 3, 3])
      },
      { withinMs: 30_000 },
    )
    await first.close()
    await sendAll(place.topic, 3, 4)
    const again = await open()
    expect(bodies(await polled(again, 4))).toEqual(repeat('m3', 4))
    await again.close()
  })

  it('lite pull, subscribed with tags, committing by itself', async () => {
    const place = await newTopic(2, 6)
    const args = { ...place, subscribe: true, expression: 'odd || none', autoCommit: true }
    const consumer = await java.open('litePull', args)
    expect(bodies(await polled(consumer, 6))).toEqual(['m1', 'm1', 'm3', 'm3', 'm5', 'm5'])
    await consumer.close()
  })

  it('lite pull, assigned: seeks to an offset, the begin, the end and a time; pauses and resumes', async () => {
    const place = await newTopic(1, 5)
    const consumer = await java.open('litePull', { ...place, autoCommit: false })
    const [queue] = await consumer.call<Queue[]>('fetchMessageQueues')
    await consumer.call('assign', { queue })
    // Without a subscription a new group begins at the end, or at the first message if the queue still has it.
    await consumer.call('seekToBegin', { queue })
    expect(bodies(await polled(consumer, 5))).toEqual(['m0', 'm1', 'm2', 'm3', 'm4'])
    await consumer.call('seek', { queue, offset: 3 })
    expect(bodies(await polled(consumer, 2))).toEqual(['m3', 'm4'])
    await consumer.call('seekToEnd', { queue })
    const later = Date.now() + 5
    await eventually(() => Date.now() > later)
    await sendAll(place.topic, 5, 6)
    expect(bodies(await polled(consumer, 1))).toEqual(['m5'])
    expect(await consumer.call('offsetForTimestamp', { queue, timestamp: later })).toBe(5)
    await expect(consumer.call('seek', { queue, offset: 1_000 })).rejects.toMatchObject({
      type: 'MQClientException',
    })

    await consumer.call('pause', { queue })
    await consumer.call('seek', { queue, offset: 4 })
    expect(await consumer.call('poll', { timeoutMs: 2 * POLL_MS })).toEqual([])
    await consumer.call('resume', { queue })
    expect(bodies(await polled(consumer, 2))).toEqual(['m4', 'm5'])
    await consumer.call('commitSync')
    expect(await consumer.call('committed', { queue })).toBe(6)
    await consumer.close()
  })

  it('the pull consumer of old: found, filtered, nothing new, illegal; waits for a message when told to', async () => {
    const place = await newTopic(1, 5)
    const consumer = await java.open('pull', place)
    const [queue] = await consumer.call<Queue[]>('fetchSubscribeMessageQueues', { topic: place.topic })
    const pull = (offset: number, expression = '*', max = 32) =>
      consumer.call<PullResult>('pull', { queue, offset, expression, max })
    const found = await pull(1, '*', 2)
    expect(found).toMatchObject({ status: 'FOUND', nextBeginOffset: 3, minOffset: 0, maxOffset: 5 })
    expect(found.messages.map(({ body }) => body)).toEqual(['m1', 'm2'])
    const odd = await pull(0, 'odd')
    expect(odd.messages.map(({ body }) => body)).toEqual(['m1', 'm3'])
    expect(await pull(0, 'none')).toMatchObject({
      status: 'NO_MATCHED_MSG',
      nextBeginOffset: 5,
      messages: [],
    })
    expect(await pull(5)).toMatchObject({ status: 'NO_NEW_MSG', nextBeginOffset: 5, messages: [] })
    expect(await pull(70)).toMatchObject({ status: 'OFFSET_ILLEGAL', nextBeginOffset: 5 })

    const waiting = consumer.call<PullResult>('pullBlockIfNotFound', {
      queue,
      offset: 5,
      expression: '*',
      max: 32,
    })
    await sendAll(place.topic, 5, 6)
    expect((await waiting).messages.map(({ body }) => body)).toEqual(['m5'])
    await consumer.close()
  })
})

function bodies(messages: readonly MessageLine[]): string[] {
  return messages.map(({ body }) => body).sort()
}

function repeat(body: string, times: number): string[] {
  return Array.from({ length: times }, () => body)
}
