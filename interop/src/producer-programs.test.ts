import { createHash } from 'node:crypto'
import { type Client, connect, type Message } from '@rocketeer/client'
import { eventually } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, peerKinds } from './peers/peer.js'
import { goPrograms, type MessageLine, send } from './programs/client-programs.js'
import { JavaHost, type JavaRole } from './programs/java-host.js'
import { openPush, type SendResult } from './programs/java-roles.js'
import { readQueues } from './read-queues.js'

const properties = { 客户: '张三', face: '🚀🎉', quoted: `"double", 'single' and \\back\\`, 'a b': '= & < >' }
const LARGE_TIMES = 30_000

describe.each(peerKinds)('producers against %s', (kind) => {
  let peer: Peer
  let client: Client
  let java: JavaHost
  let producer: JavaRole
  let nameservers: string

  beforeAll(async () => {
    peer = await Peer.start(kind)
    nameservers = peer.nameserver.address
    client = await connect({ nameservers: [nameservers] })
    java = await JavaHost.start('ROCKETMQ')
    producer = await java.open('producer', { nameservers, group: 'shop' })
  })
  afterAll(async () => {
    await java?.kill()
    await client?.close()
    await peer?.close()
  })

  let topics = 0
  async function newTopic(queues = 4): Promise<string> {
    const topic = `produced${++topics}_${Date.now().toString(36)}`
    await client.admin().topics.create(topic, { queues })
    return topic
  }

  /** All messages of the topic, once there are `count`; Apache shows a message a moment after it has acknowledged it. */
  function stored(topic: string, count: number): Promise<Message[]> {
    return eventually(async () => {
      const messages = [...(await readQueues(client, topic)).values()].flat()
      expect(messages).toHaveLength(count)
      return messages
    })
  }

  it.each(['sendBatch', 'sendBatchAsync'])(
    'Java %s: one queue, consecutive offsets, an id each',
    async (call) => {
      const topic = await newTopic()
      const messages = Array.from({ length: 10 }, (_, i) => ({
        topic,
        body: `b${i}`,
        tag: `t${i}`,
        properties,
      }))
      const result = await producer.call<SendResult>(call, { messages })
      expect(result.status).toBe('SEND_OK')
      expect(result.offsetMessageId.split(',')).toHaveLength(10)
      const all = await stored(topic, 10)
      expect(all.map((message) => message.text())).toEqual(messages.map(({ body }) => body))
      expect(all.map(({ tag }) => tag)).toEqual(messages.map(({ tag }) => tag))
      expect(all.map(({ queueOffset }) => queueOffset)).toEqual(
        messages.map((_, i) => result.queueOffset + i),
      )
      expect(new Set(all.map(({ queue }) => queue.queueId))).toEqual(new Set([result.queueId]))
      expect(all.map(({ messageId }) => messageId)).toEqual(result.messageId.split(','))
      for (const message of all) expect(message.userProperties).toMatchObject(properties)
    },
  )

  it('Go: several messages at once are one batch', async () => {
    const topic = await newTopic()
    const [result] = await send(goPrograms, {
      nameservers,
      group: 'go',
      topic,
      mode: 'batch',
      count: 5,
      tags: 'red,',
    })
    const all = await stored(topic, 5)
    expect(all.map((message) => message.text())).toEqual([0, 1, 2, 3, 4].map((i) => `message-${i}`))
    expect(all.map(({ tag }) => tag || undefined)).toEqual(['red', undefined, 'red', undefined, 'red'])
    expect(new Set(all.map(({ queue }) => queue.queueId))).toEqual(new Set([result!.queueId]))
  })

  it('Java: batches of two topics, and too large ones, are refused', async () => {
    const [topic, other] = [await newTopic(), await newTopic()]
    const mixed = [topic, other].map((each) => ({ topic: each, body: 'x' }))
    await expect(producer.call('sendBatch', { messages: mixed })).rejects.toMatchObject({
      type: 'MQClientException',
    })
    const large = Array.from({ length: 5 }, () => ({ topic, body: 'large', repeat: 200_000 }))
    await expect(producer.call('sendBatch', { messages: large })).rejects.toMatchObject({ code: 13 })
  })

  it.each(['ZLIB', 'LZ4', 'ZSTD'])(
    'Java: bodies packed with %s, small and large, arrive at every client',
    async (type) => {
      const topic = await newTopic(1)
      const args = { nameservers, group: `packer_${type}`, compressType: type, compressOver: 10 }
      const packer = await java.open('producer', args)
      await packer.call('send', { topic, body: 'tiny' })
      await packer.call('send', { topic, body: 'not much longer' })
      await packer.call('send', { topic, body: '很长的 body ', repeat: LARGE_TIMES })
      await packer.close()
      const wanted = ['tiny', 'not much longer', '很长的 body '.repeat(LARGE_TIMES)]
      const all = await stored(topic, 3)
      expect(all.map((message) => message.text())).toEqual(wanted)
      const reader = await openPush(java, { nameservers, topic, group: `${topic}_reader` })
      const received = await reader.received(3)
      expect(brief(received.map(({ body }) => body))).toEqual(brief(wanted))
      await reader.close()
    },
  )

  it('user properties, keys and tags in any language come back to Java and to us, whoever sent them', async () => {
    const topic = await newTopic(1)
    await producer.call('send', {
      topic,
      body: '订单已付款 🎉',
      tag: '标签',
      keys: '订单-1 订单-2',
      properties,
    })
    const ours = client.producer()
    await ours.send({ topic, body: '订单已付款 🎉', tag: '标签', keys: ['订单-1', '订单-2'], properties })
    for (const message of await stored(topic, 2)) {
      expect(message).toMatchObject({ tag: '标签', keys: ['订单-1', '订单-2'] })
      expect(message.text()).toBe('订单已付款 🎉')
      expect(message.userProperties).toMatchObject(properties)
    }
    const reader = await openPush(java, {
      nameservers,
      topic,
      group: `${topic}_reader`,
      expression: '别的 || 标签',
    })
    for (const message of await reader.received(2)) {
      expect(message).toMatchObject({ body: '订单已付款 🎉', tag: '标签', keys: '订单-1 订单-2' })
      expect(message.properties).toMatchObject(properties)
    }
    await reader.close()
    const found = await eventually(async () => {
      const messages = await producer.call<MessageLine[]>('queryMessage', { topic, key: '订单-2' })
      expect(messages).toHaveLength(2)
      return messages
    })
    for (const message of found) expect(message.properties).toMatchObject(properties)
  })

  it('Java: one-way messages arrive', async () => {
    const topic = await newTopic()
    for (let i = 0; i < 20; i++) await producer.call('sendOneway', { topic, body: `oneway-${i}` })
    const all = await stored(topic, 20)
    expect(new Set(all.map((message) => message.text())).size).toBe(20)
  })

  it('Java: a message is found by both its ids and its keys, and not by another key', async () => {
    const topic = await newTopic()
    const result = await producer.call<SendResult>('send', {
      topic,
      body: 'wanted',
      keys: 'first second',
      tag: 'red',
    })
    for (const messageId of [result.messageId, result.offsetMessageId]) {
      const found = await eventually(() => producer.call<MessageLine>('viewMessage', { topic, messageId }))
      const { queueId, queueOffset } = result
      expect(found).toMatchObject({ topic, body: 'wanted', tag: 'red', queueId, queueOffset })
    }
    for (const key of ['first', 'second']) {
      const messages = await producer.call<MessageLine[]>('queryMessage', { topic, key })
      expect(messages.map(({ body }) => body)).toEqual(['wanted'])
    }
    await expect(producer.call('queryMessage', { topic, key: 'third' })).rejects.toMatchObject({ code: 208 })
  })

  describe('requests and replies', () => {
    it('Java asks Java, waiting or with a callback; nobody answers in time', async () => {
      const topic = await newTopic()
      const service = await openPush(java, { nameservers, topic, group: `${topic}_service`, replies: 're: ' })
      const ask = (call: string, body: string) =>
        producer.call<MessageLine>(call, { topic, body, timeoutMs: 20_000 })
      const [waited, calledBack] = await Promise.all([ask('request', 'one'), ask('requestAsync', 'two')])
      expect([waited.body, calledBack.body]).toEqual(['re: one', 're: two'])
      await service.close()
      await expect(
        producer.call('request', { topic, body: 'nobody', timeoutMs: 1_000 }),
      ).rejects.toMatchObject({ type: 'RequestTimeoutException' })
    })

    it('Java asks us, and we ask Java', async () => {
      const ours = await newTopic()
      const producing = client.producer()
      const consumer = client.consumer({
        group: `${ours}_service`,
        subscribe: { [ours]: '*' },
        startFrom: 'first',
        handle: (request) => producing.reply(request, `our answer to ${request.text()}`),
      })
      await consumer.ready
      const reply = await producer.call<MessageLine>('request', {
        topic: ours,
        body: 'Java',
        timeoutMs: 20_000,
      })
      expect(reply.body).toBe('our answer to Java')
      await consumer.close()

      const theirs = await newTopic()
      const replies = 'Java answers '
      const service = await openPush(java, {
        nameservers,
        topic: theirs,
        group: `${theirs}_service`,
        replies,
      })
      const answer = await producing.request({ topic: theirs, body: '我们' }, { timeoutMs: 20_000 })
      expect(answer.text()).toBe('Java answers 我们')
      await service.close()
    })
  })
})

/** Sorted, as listeners run side by side, and short enough to be read in a failure. */
function brief(bodies: readonly string[]): string[] {
  const digest = (body: string) => createHash('md5').update(body).digest('hex')
  return bodies.map((body) => (body.length > 100 ? `${body.length} ${digest(body)}` : body)).sort()
}
