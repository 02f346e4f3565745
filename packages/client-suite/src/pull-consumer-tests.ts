import type { Message, MessageQueue, PullConsumer } from '@rocketeer/client'
import { eventually } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import type { SuiteWorld } from './suite-peer.js'

export function pullConsumerTests(world: SuiteWorld): void {
  async function topicWith(count: number, queueCount = 2) {
    const client = await world.connect()
    const topic = world.name('pull')
    await client.admin().topics.create(topic, { queues: queueCount })
    const queues = await client.admin().topics.queues(topic)
    const producer = client.producer()
    const send = async (from: number, to: number) => {
      for (let i = from; i < to; i++) {
        await producer.send({ topic, body: `m${i}` }, { queue: queues[i % queueCount]! })
      }
    }
    await send(0, count)
    return { client, topic, queues, send, group: world.name('group') }
  }

  it('every message to whoever asks, and commits what was done before', async () => {
    const { client, topic, queues, group } = await topicWith(10)
    const options = { group, subscribe: { [topic]: '*' }, startFrom: 'first' } as const
    const seen: string[] = []
    const consumer = client.pullConsumer(options)
    for await (const message of consumer) {
      seen.push(message.text())
      if (seen.length === 7) break
    }
    // The seventh is not done: the loop ended with it.
    await consumer.close()
    const committed = await Promise.all(queues.map((queue) => client.admin().offsets.committed(group, queue)))
    expect(committed[0]! + committed[1]!).toBe(6)
    const again = client.pullConsumer(options)
    const rest = await collect(again, 4)
    expect(new Set([...seen.slice(0, 6), ...bodies(rest)])).toEqual(new Set(numbered(10)))
    await again.commit()
    expect(await client.admin().offsets.committed(group, queues[0]!)).toBe(5)
  })

  it('the queues named, from where the group is, without a group dividing them', async () => {
    const { client, queues, group, topic } = await topicWith(6)
    const consumer = client.pullConsumer({ group, assign: [queues[0]!], startFrom: 'first' })
    await consumer.ready
    expect(consumer.queues).toEqual([{ ...queues[0]!, topic }])
    expect(bodies(await collect(consumer, 3))).toEqual(['m0', 'm2', 'm4'])
    await consumer.assign(queues)
    expect(bodies(await collect(consumer, 3))).toEqual(['m1', 'm3', 'm5'])
    await consumer.assign([])
    expect(consumer.queues).toEqual([])
    expect(await consumer.poll({ waitMs: 50 })).toEqual([])
  })

  it('again, or later ones, after a seek', async () => {
    const { client, queues, send, group } = await topicWith(6, 1)
    const [queue] = queues as [MessageQueue]
    const consumer = client.pullConsumer({ group, assign: queues, startFrom: 'first' })
    await consumer.ready
    expect(bodies(await collect(consumer, 6))).toEqual(numbered(6))
    expect(consumer.position(queue)).toBe(6)
    consumer.seek(queue, 4)
    expect(consumer.position(queue)).toBe(4)
    expect(bodies(await collect(consumer, 2))).toEqual(['m4', 'm5'])
    await consumer.seekToFirst()
    const first = (await collect(consumer, 1))[0]!
    expect(first.text()).toBe('m0')
    await consumer.seekToLast()
    await send(6, 7)
    expect(bodies(await collect(consumer, 1))).toEqual(['m6'])
    expect(await consumer.offsetForTime(queue, new Date(Date.now() + 3_600_000))).toBe(7)
    await consumer.seekToTime(new Date(first.storeTimestamp))
    expect(bodies(await collect(consumer, 1))).toEqual(['m0'])
    expect(() => consumer.seek({ ...queue, queueId: 9 }, 0)).toThrow(
      expect.objectContaining({ code: 'QUEUE_NOT_ASSIGNED' }),
    )
  })

  it('nothing of a paused queue', async () => {
    const { client, queues, group } = await topicWith(4)
    const consumer = client.pullConsumer({ group, assign: queues, startFrom: 'first' })
    consumer.pause([queues[0]!])
    expect(bodies(await collect(consumer, 2))).toEqual(['m1', 'm3'])
    expect(await consumer.poll({ waitMs: 200 })).toEqual([])
    consumer.resume()
    expect(bodies(await collect(consumer, 2))).toEqual(['m0', 'm2'])
  })

  it('and commits only when told to', async () => {
    const { client, queues, group } = await topicWith(4, 1)
    const options = { group, assign: queues, startFrom: 'first', autoCommit: false } as const
    const one = client.pullConsumer(options)
    expect(bodies(await collect(one, 2, 1))).toEqual(['m0', 'm1'])
    await one.commit()
    expect(bodies(await collect(one, 2, 1))).toEqual(['m2', 'm3'])
    await one.poll({ waitMs: 0 })
    await one.close()
    expect(await client.admin().offsets.committed(group, queues[0]!)).toBe(2)
  })

  it('their share to each member of the group', async () => {
    const { client, topic, group, send } = await topicWith(0)
    const options = { group, subscribe: { [topic]: '*' }, startFrom: 'first' } as const
    const one = client.pullConsumer(options)
    await one.ready
    const two = (await world.connect()).pullConsumer(options)
    await eventually(() => one.queues.length === 1 && two.queues.length === 1)
    await send(0, 10)
    const both = await Promise.all([collect(one, 5), collect(two, 5)])
    expect(bodies(both.flat()).sort()).toEqual(numbered(10))
  })

  it('no more than its thresholds into memory, and nothing after it was closed', async () => {
    const { client, queues, group } = await topicWith(60, 1)
    const consumer = client.pullConsumer({
      group,
      assign: queues,
      startFrom: 'first',
      pullBatchSize: 8,
      pullThresholdMessages: 16,
    })
    await consumer.ready
    await eventually(() => consumer.backlog[0]!.messages >= 16)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(consumer.backlog[0]!.messages).toBeLessThan(16 + 8)
    expect(bodies(await collect(consumer, 60))).toEqual(numbered(60))
    const waiting = consumer.poll({ waitMs: 60_000 })
    await expect(consumer.poll()).rejects.toMatchObject({ code: 'POLL_UNDER_WAY' })
    await Promise.all([expect(waiting).rejects.toMatchObject({ code: 'CLOSED' }), consumer.close()])
    for await (const _ of consumer) expect.fail('a closed consumer gives nothing')
  })

  it('stops waiting when its signal says so', async () => {
    const { client, queues, group } = await topicWith(0)
    const consumer = client.pullConsumer({ group, assign: queues })
    const signal = AbortSignal.timeout(100)
    await expect(consumer.poll({ waitMs: 60_000, signal })).rejects.toMatchObject({ name: 'TimeoutError' })
  })
}

/** Polls until there are `count` messages, or nothing comes any more. */
async function collect(consumer: PullConsumer, count: number, atOnce = count): Promise<Message[]> {
  const messages: Message[] = []
  while (messages.length < count) {
    const messagesMax = Math.min(atOnce, count - messages.length)
    const more = await consumer.poll({ waitMs: 10_000, messagesMax })
    if (more.length === 0) break
    messages.push(...more)
  }
  return messages
}

function bodies(messages: readonly Message[]): string[] {
  return messages.map((message) => message.text())
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `m${i}`)
}
