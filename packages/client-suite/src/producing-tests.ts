import type { Client, Message, MessageToSend, SendReceipt } from '@rocketeer/client'
import { eventually } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import { readAll } from './read-all.js'
import type { SuiteWorld } from './suite-peer.js'

export function producingTests(world: SuiteWorld): void {
  it('a message, and finds it where the receipt says', async () => {
    const client = await world.connect()
    const topic = world.name('send')
    const producer = client.producer({ group: 'suite' })
    const receipt = await producer.send({
      topic,
      key: 'order-1',
      tag: 'paid',
      body: 'grüße',
      properties: { source: 'suite' },
      flag: 7,
    })
    expect(receipt).toMatchObject({ status: 'SEND_OK', topic, queueOffset: 0 })
    const message = await read(client, receipt)
    expect(message.text()).toBe('grüße')
    expect(message).toMatchObject({
      topic,
      messageId: receipt.messageId,
      offsetMessageId: receipt.offsetMessageId,
      key: 'order-1',
      tag: 'paid',
      userProperties: { source: 'suite' },
      flag: 7,
      reconsumeTimes: 0,
    })
    expect(message.queue).toEqual({ topic, ...receipt.queue })
  })

  it('messages with a delivery time, which arrive when it has come', async () => {
    const client = await world.connect()
    const topic = world.name('timed')
    await client.admin().topics.create(topic, { queues: 1 })
    const producer = client.producer()
    const sentAt = Date.now()
    const later = await producer.send({ topic, body: 'later', deliverAt: new Date(sentAt + 2500) })
    await producer.send({ topic, body: 'soon', deliverAfterMs: 1000 })
    await producer.send({ topic, body: 'now' })
    expect(later.recallHandle).toEqual(expect.any(String))
    const read = async () => {
      const queue = { topic, brokerName: later.queue.brokerName, queueId: later.queue.queueId }
      const { messages } = await client.pull(queue, 0, { messagesMax: 10 })
      return messages.length === 3 && messages
    }
    const messages = await eventually(read, { withinMs: 15_000 })
    expect(messages.map((message) => message.text())).toEqual(['now', 'soon', 'later'])
    expect(Date.now()).toBeGreaterThanOrEqual(sentAt + 2500)
    const foreign = producer.recall('another-topic', later.recallHandle!)
    await expect(foreign).rejects.toMatchObject({ code: 'RECALL_HANDLE_INVALID' })
  })

  it('many at the same time, each stored once, over all queues', async () => {
    const client = await world.connect()
    const topic = world.name('many')
    const producer = client.producer()
    await producer.send({ topic, body: 'creates the topic' })
    const bodies = Array.from({ length: 500 }, (_, i) => `m${i}`)
    const receipts = await Promise.all(bodies.map((body) => producer.send({ topic, body })))
    expect(new Set(receipts.map((receipt) => `${receipt.queue.queueId}:${receipt.queueOffset}`)).size).toBe(
      500,
    )
    expect(new Set(receipts.map((receipt) => receipt.queue.queueId)).size).toBe(4)
    const stored = await readAll(client, topic, 501)
    expect(stored.map((message) => message.text()).sort()).toEqual(['creates the topic', ...bodies].sort())
  })

  it('a batch, in its order, into one queue', async () => {
    const client = await world.connect()
    const topic = world.name('batch')
    const producer = client.producer()
    const messages = [1, 2, 3].map((n): MessageToSend => ({ topic, key: `k${n}`, body: `m${n}` }))
    const receipt = await producer.sendBatch(messages)
    expect(receipt).toMatchObject({ status: 'SEND_OK', queueOffset: 0 })
    expect(receipt.offsetMessageIds).toHaveLength(3)
    const stored = await readAll(client, topic, 3)
    expect(stored.map((message) => [message.text(), message.key, message.messageId])).toEqual([
      ['m1', 'k1', receipt.messageIds[0]],
      ['m2', 'k2', receipt.messageIds[1]],
      ['m3', 'k3', receipt.messageIds[2]],
    ])
  })

  it('long bodies packed, and unpacks them', async () => {
    const client = await world.connect()
    const topic = world.name('packed')
    const body = Buffer.alloc(200_000, 'coupon ')
    const receipt = await client.producer().send({ topic, body })
    const message = await read(client, receipt)
    expect(message.storedBodyBytes).toBeLessThan(body.length / 10)
    expect(message.body.equals(body)).toBe(true)
  })

  it('messages of one order key into one queue, in order', async () => {
    const client = await world.connect()
    const topic = world.name('ordered')
    const producer = client.producer()
    const bodies = Array.from({ length: 20 }, (_, i) => `step ${i}`)
    for (const body of bodies) await producer.send({ topic, body }, { orderKey: 'order-7' })
    const stored = await readAll(client, topic, bodies.length)
    expect(new Set(stored.map((message) => message.queue.queueId)).size).toBe(1)
    expect(stored.map((message) => message.text())).toEqual(bodies)
  })

  it('messages with a priority into the queue it chooses', async () => {
    const client = await world.connect()
    const topic = world.name('priority')
    await client.admin().topics.create(topic, { queues: 3 })
    const producer = client.producer()
    const high = await producer.send({ topic, body: 'high', priority: 9 })
    const low = await producer.send({ topic, body: 'low', priority: 0 })
    expect([high.queue.queueId, low.queue.queueId]).toEqual([2, 0])
    expect(await read(client, high)).toMatchObject({ priority: 9, userProperties: {} })
    const chosen = producer.send({ topic, body: 'x', priority: 1 }, { orderKey: 'k' })
    await expect(chosen).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
  })

  it('to the queue that a selector or the caller names', async () => {
    const client = await world.connect()
    const topic = world.name('chosen')
    const producer = client.producer()
    const first = await producer.send({ topic, body: 'a' }, { selector: (queues) => queues.at(-1)! })
    expect(first.queue.queueId).toBe(3)
    const second = await producer.send({ topic, body: 'b' }, { queue: { ...first.queue, queueId: 1 } })
    expect(second.queue.queueId).toBe(1)
    const nowhere = producer.send({ topic, body: 'c' }, { queue: { ...first.queue, queueId: 99 } })
    await expect(nowhere).rejects.toMatchObject({ code: 'QUEUE_UNKNOWN' })
  })

  it('one-way', async () => {
    const client = await world.connect()
    const topic = world.name('oneway')
    const producer = client.producer()
    await producer.sendOneway({ topic, body: 'gone' })
    const stored = await readAll(client, topic, 1)
    expect(stored.map((message) => message.text())).toEqual(['gone'])
  })

  it('nothing after its signal was aborted', async () => {
    const client = await world.connect()
    const topic = world.name('aborted')
    const producer = client.producer()
    const signal = AbortSignal.abort(new Error('changed my mind'))
    await expect(producer.send({ topic, body: 'x' }, { signal })).rejects.toThrow('changed my mind')
  })

  it('nothing that brokers would refuse, nor after it was closed', async () => {
    const client = await world.connect()
    const producer = client.producer()
    const send = (message: unknown) => producer.send(message as MessageToSend)
    await expect(send({ topic: 'a b', body: 'x' })).rejects.toMatchObject({ code: 'TOPIC_INVALID' })
    await expect(send({ topic: 'SCHEDULE_TOPIC_XXXX', body: 'x' })).rejects.toMatchObject({
      code: 'TOPIC_INVALID',
    })
    await expect(send({ topic: 'a', body: '' })).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
    await expect(send({ topic: 'a', body: { id: 1 } })).rejects.toThrow('JSON.stringify')
    const tooLong = Buffer.alloc(4 * 1024 * 1024 + 1)
    await expect(send({ topic: 'a', body: tooLong })).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' })
    const properties = { long: 'x'.repeat(33_000) }
    await expect(send({ topic: 'a', body: 'x', properties })).rejects.toMatchObject({
      code: 'MESSAGE_TOO_LARGE',
    })
    await producer.close()
    await expect(send({ topic: 'a', body: 'x' })).rejects.toMatchObject({ code: 'CLOSED' })
  })
}

/** Brokers show a message to readers a little after they have acknowledged it. */
function read(client: Client, { topic, queue, queueOffset }: SendReceipt): Promise<Message> {
  return eventually(() => client.admin().messages.at({ topic, ...queue }, queueOffset))
}
