import { setTimeout as pause } from 'node:timers/promises'
import { ManualClock } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { eventually } from '@rocketeer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Client, connect } from '../index.js'
import { ScriptedCluster } from '../testing/scripted-cluster.js'

const message = { topic: 'orders', body: 'x' }

describe('a send', () => {
  let cluster: ScriptedCluster
  let client: Client

  beforeEach(async () => {
    cluster = await ScriptedCluster.start()
    cluster.addTopic('orders')
    client = await connect({ nameservers: cluster.nameserver })
  })
  afterEach(async () => {
    await client.close()
    await cluster[Symbol.asyncDispose]()
  })

  it.each([
    'SYSTEM_ERROR',
    'SYSTEM_BUSY',
    'SERVICE_NOT_AVAILABLE',
    'NO_PERMISSION',
    'TOPIC_NOT_EXIST',
  ] as const)('answered with %s goes to the other broker', async (answer) => {
    const a = await cluster.addBroker('a')
    const b = await cluster.addBroker('b')
    a.answer = ResponseCode[answer]
    const producer = client.producer()
    for (let i = 0; i < 4; i++) expect((await producer.send(message)).queue.brokerName).toBe('b')
    expect(b.sends).toBe(4)
    expect(a.sends).toBeGreaterThan(0)
  })

  it('that brokers refuse for good is not tried again', async () => {
    const a = await cluster.addBroker('a')
    a.answer = ResponseCode.MESSAGE_ILLEGAL
    await expect(client.producer().send(message)).rejects.toMatchObject({
      code: 'BROKER_REFUSED',
      retryable: false,
      details: { answerName: 'MESSAGE_ILLEGAL', brokerName: 'a' },
    })
    expect(a.sends).toBe(1)
  })

  it('is tried as often as the options say, and then fails with the last answer', async () => {
    const a = await cluster.addBroker('a')
    a.answer = ResponseCode.SYSTEM_BUSY
    const failing = client.producer({ sendRetriesMax: 4 }).send(message)
    await expect(failing).rejects.toMatchObject({ code: 'BROKER_BUSY', retryable: true })
    expect(a.sends).toBe(5)
  })

  it.each([
    ['FLUSH_DISK_TIMEOUT', ResponseCode.FLUSH_DISK_TIMEOUT],
    ['FLUSH_SLAVE_TIMEOUT', ResponseCode.FLUSH_SLAVE_TIMEOUT],
    ['SLAVE_NOT_AVAILABLE', ResponseCode.SLAVE_NOT_AVAILABLE],
  ])('stored, but with %s, is a receipt with that status', async (status, answer) => {
    const a = await cluster.addBroker('a')
    a.answer = answer
    expect(await client.producer().send(message)).toMatchObject({ status })
    expect(a.sends).toBe(1)
  })

  it('without an answer fails at its timeout, and warns that the message may be stored', async () => {
    const a = await cluster.addBroker('a')
    a.answer = 'silent'
    await expect(client.producer().send(message, { timeoutMs: 60 })).rejects.toMatchObject({
      code: 'SEND_TIMEOUT',
      retryable: true,
      message: expect.stringContaining('may have been stored'),
    })
  })

  it('is given up when its signal is aborted', async () => {
    const a = await cluster.addBroker('a')
    a.answer = 'silent'
    const controller = new AbortController()
    const sending = client.producer().send(message, { signal: controller.signal })
    const givenUp = expect(sending).rejects.toThrow('shutting down')
    await eventually(() => a.sends === 1)
    controller.abort(new Error('shutting down'))
    await givenUp
    expect(a.sends).toBe(1)
  })

  it('to an address nobody listens at says who advertised it and how to change it', async () => {
    cluster.addUnreachableBroker('a', '127.0.0.1:1')
    const sending = client.producer().send(message, { timeoutMs: 500 })
    await expect(sending).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE', retryable: true })
    const text = await sending.catch((error: Error) => error.message)
    for (const part of ['127.0.0.1:1 ', '"a"', cluster.nameserver, '--advertise', 'brokerIP1']) {
      expect(text).toContain(part)
    }
  })

  it.each([
    ['any queue', {}],
    ['the queue of a key', { orderKey: 'order-17' }],
    ['a queue given', { queue: { brokerName: 'a', queueId: 1 } }],
  ])(
    'to %s of the only broker waits until that can be reached, which costs no attempt',
    async (_, options) => {
      cluster.addUnreachableBroker('a', '127.0.0.1:1')
      const producer = client.producer({ sendRetriesMax: 0 })
      const sending = producer.send(message, options)
      const batch = producer.sendBatch([message, message], options)
      const oneway = producer.sendOneway(message, options)
      await pause(200)
      const a = await cluster.addBroker('a')
      expect((await sending).status).toBe('SEND_OK')
      await batch
      await oneway
      await eventually(() => a.sends === 3)
    },
  )

  it('that no broker got fails with the last reason and says how often it was tried', async () => {
    cluster.addUnreachableBroker('a', '127.0.0.1:1')
    const sending = client.producer().send(message, { timeoutMs: 300 })
    await expect(sending).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE', retryable: true })
    await expect(sending).rejects.toThrow(/attempt \d within 300 ms/)
  })

  it('goes to the only broker again after a pause, and no more often than the options say', async () => {
    const a = await cluster.addBroker('a')
    a.answer = ResponseCode.SYSTEM_ERROR
    const startedAt = performance.now()
    const sending = client.producer().send(message)
    await expect(sending).rejects.toMatchObject({ code: 'BROKER_REFUSED', details: { attempts: 3 } })
    // 50 and 100 ms between three attempts.
    expect(performance.now() - startedAt).toBeGreaterThan(145)
    expect(a.sends).toBe(3)
  })

  it('whose connection broke after it was written is tried again as often as the options say', async () => {
    const a = await cluster.addBroker('a')
    a.answer = 'silent'
    const sending = client.producer({ sendRetriesMax: 1 }).send(message)
    const failed = expect(sending).rejects.toMatchObject({ code: 'CONNECTION_CLOSED', retryable: true })
    for (const sends of [1, 2]) {
      await eventually(() => a.sends === sends)
      for (const connection of a.connections) connection.close(new Error('pulled the plug'))
    }
    await failed
    expect(a.sends).toBe(2)
  })

  it('to a fixed queue whose connection broke after it was written is not tried again', async () => {
    const a = await cluster.addBroker('a')
    a.answer = 'silent'
    const sending = client.producer().send(message, { orderKey: 'order-17' })
    const failed = expect(sending).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
    await eventually(() => a.sends === 1)
    for (const connection of a.connections) connection.close(new Error('pulled the plug'))
    await failed
    expect(a.sends).toBe(1)
  })

  it('to a topic that was deleted says that it does not exist', async () => {
    const a = await cluster.addBroker('a')
    const producer = client.producer()
    await producer.send(message)
    cluster.removeTopic('orders')
    a.answer = ResponseCode.TOPIC_NOT_EXIST
    await expect(producer.send(message)).rejects.toMatchObject({ code: 'NO_ROUTE' })
  })

  it('while nameservers do not answer ends in its own time', async () => {
    cluster.silent = true
    await expect(client.producer().send(message, { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'SEND_TIMEOUT',
      details: { sent: false },
      message: expect.stringContaining('No broker stored it'),
    })
  })

  it('while a nameserver answers no more fails with what it has answered', async () => {
    const sending = client.producer().send({ topic: 'nowhere', body: 'x' }, { timeoutMs: 400 })
    const failed = expect(sending).rejects.toMatchObject({
      code: 'NO_ROUTE',
      message: expect.stringContaining('knows no broker at all'),
    })
    await eventually(() => cluster.routeRequests >= 2)
    cluster.silent = true
    await failed
  })

  it('to a dead broker goes to a living one', async () => {
    cluster.addUnreachableBroker('a', '127.0.0.1:1')
    await cluster.addBroker('b')
    const producer = client.producer()
    for (let i = 0; i < 4; i++) expect((await producer.send(message)).queue.brokerName).toBe('b')
  })

  it('avoids a broker that failed for a while, with `avoidSlowBrokers`', async () => {
    await client.close()
    const clock = new ManualClock()
    client = await connect({ nameservers: cluster.nameserver, clock })
    const a = await cluster.addBroker('a')
    await cluster.addBroker('b')
    a.answer = ResponseCode.SYSTEM_ERROR
    const producer = client.producer({ avoidSlowBrokers: true })
    for (let i = 0; i < 8; i++) await producer.send(message)
    expect(a.sends).toBe(1)
    a.answer = ResponseCode.SUCCESS
    await clock.advance(10_000)
    for (let i = 0; i < 8; i++) await producer.send(message)
    expect(a.sends).toBeGreaterThan(1)
  })

  it('to a missing topic, with brokers that create none, fails with advice', async () => {
    await cluster.addBroker('a')
    const sending = client.producer().send({ topic: 'nowhere', body: 'x' })
    await expect(sending).rejects.toMatchObject({ code: 'NO_ROUTE' })
    await expect(sending).rejects.toThrow(
      `${cluster.nameserver} does not know the topic, but knows a (127.0.0.1:`,
    )
    await expect(sending).rejects.toThrow('rocketeer topic create nowhere')
  })

  it('to a topic that may only be read fails, and does not call the topic missing', async () => {
    cluster.perm = 4
    await cluster.addBroker('a')
    const sending = client.producer().send(message)
    await expect(sending).rejects.toMatchObject({ code: 'NO_ROUTE' })
    await expect(sending).rejects.toThrow('no queue to write to in the topic')
    await expect(sending).rejects.not.toThrow('does not know the topic')
  })

  it('into a cluster without brokers fails and says so', async () => {
    const sending = client.producer().send({ topic: 'nowhere', body: 'x' }, { timeoutMs: 300 })
    await expect(sending).rejects.toThrow('knows no broker at all')
  })

  it('of a new topic goes to the brokers that TBW102 names', async () => {
    await cluster.addBroker('a')
    cluster.addTopic('TBW102')
    expect(await client.producer().send({ topic: 'new', body: 'x' })).toMatchObject({ topic: 'new' })
  })

  it('under way is waited for when the producer is closed', async () => {
    await cluster.addBroker('a')
    const producer = client.producer()
    const sending = producer.send(message)
    await producer.close()
    expect((await sending).status).toBe('SEND_OK')
  })
})
