import { readdir } from 'node:fs/promises'
import { ManualClock } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { BatchMessages } from '@rocketeer/protocol/bodies'
import { findProperty, PropertyName } from '@rocketeer/protocol/record'
import { eventually, TemporaryDirectory } from '@rocketeer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Client, connect } from '../client.js'
import type { ClientOptions } from '../client-options.js'
import { readJournal } from '../journal/read-journal.js'
import type { JournalingProducerOptions } from '../sending/producer-options.js'
import { type ScriptedBroker, ScriptedCluster } from '../testing/scripted-cluster.js'

const NOWHERE = '127.0.0.1:1'

describe('a producer with a journal', () => {
  let directory: TemporaryDirectory
  let cluster: ScriptedCluster
  let client: Client
  let problems: { code?: string }[]

  const start = async (options: Partial<ClientOptions> = {}) => {
    const started = await connect({ nameservers: cluster.nameserver, ...options })
    started.on('problem', (error) => problems.push(error as { code?: string }))
    return started
  }
  const producerOf = (options: Partial<JournalingProducerOptions> = {}, by = client) =>
    by.producer({ journal: directory.path, sendTimeoutMs: 200, ...options })
  const codes = () => problems.map(({ code }) => code).filter((code) => code?.startsWith('JOURNAL'))
  const journaled = async () => {
    const found = []
    for await (const message of readJournal(directory.path)) found.push(message)
    return found
  }

  beforeEach(async () => {
    directory = await TemporaryDirectory.create()
    cluster = await ScriptedCluster.start()
    cluster.addTopic('orders')
    problems = []
    client = await start()
  })
  afterEach(async () => {
    await client.close()
    await cluster[Symbol.asyncDispose]()
    await directory.remove()
  })

  /** The messages a broker was sent, those of batches one by one. */
  const messagesOf = ({ requests }: ScriptedBroker) =>
    requests.flatMap(({ batch, body, ...request }) => {
      const messages = batch ? BatchMessages.decode(body) : [{ ...request, body }]
      return messages.map((message) => ({
        ...request,
        body: String(message.body),
        messageId: findProperty(message.properties, PropertyName.UNIQUE_KEY),
      }))
    })

  it('sends as any other while brokers take messages, and writes nothing', async () => {
    await cluster.addBroker('broker-a')
    const producer = producerOf()
    await producer.journal.ready
    expect(await producer.send({ topic: 'orders', body: 'a' })).toMatchObject({
      status: 'SEND_OK',
      queueOffset: 0,
    })
    expect(producer.journal.status).toMatchObject({ state: 'empty', messages: 0, bytes: 0 })
    expect(await readdir(directory.path)).toEqual(['lock'])
  })

  it('journals what no broker takes, and delivers it in order, with its id, when one does', async () => {
    cluster.addUnreachableBroker('broker-a', NOWHERE)
    const producer = producerOf()
    const before = Date.now()
    const first = await producer.send({ topic: 'orders', body: '0', key: 'order-0' })
    expect(first).toEqual({
      status: 'JOURNALED',
      perhapsStored: false,
      messageId: expect.any(String),
      topic: 'orders',
    })
    const ids = [first.messageId]
    // After the first failure nobody waits for a broker again.
    const started = performance.now()
    for (let index = 1; index < 20; index++)
      ids.push((await producer.send({ topic: 'orders', body: String(index) })).messageId)
    expect(performance.now() - started).toBeLessThan(20 * 200)
    await producer.sendOneway({ topic: 'orders', body: '20' })
    expect(producer.journal.status).toMatchObject({ state: 'waiting', messages: 21 })
    expect((await journaled())[0]).toMatchObject({ messageId: ids[0], keys: ['order-0'] })
    expect(codes()).toEqual(['JOURNALING'])

    const broker = await cluster.addBroker('broker-a')
    await producer.journal.drained()
    const delivered = messagesOf(broker)
    expect(delivered.map(({ body }) => body)).toEqual(Array.from({ length: 21 }, (_, index) => String(index)))
    expect(delivered.slice(0, 20).map(({ messageId }) => messageId)).toEqual(ids)
    expect(delivered[0]!.bornTimestamp - before).toBeLessThan(1_000)
    // Several in one request.
    expect(broker.sends).toBeLessThan(10)
    expect(producer.journal.status).toMatchObject({
      state: 'empty',
      messages: 0,
      bytes: 0,
      oldestAt: undefined,
    })
    expect(await producer.send({ topic: 'orders', body: '21' })).toMatchObject({ status: 'SEND_OK' })
  })

  it('says which messages a broker may have stored', async () => {
    const broker = await cluster.addBroker('broker-a')
    broker.answer = 'silent'
    const producer = producerOf({ sendRetriesMax: 0 })
    const receipt = await producer.send({ topic: 'orders', body: 'a' })
    expect(receipt).toMatchObject({ status: 'JOURNALED', perhapsStored: true })
    broker.answer = ResponseCode.SUCCESS
    await producer.journal.drained()
    const delivered = messagesOf(broker)
    expect(delivered.length).toBeGreaterThan(1)
    expect(new Set(delivered.map(({ messageId }) => messageId))).toEqual(new Set([receipt.messageId]))
  })

  it('keeps the order of each key, and lets other topics pass', async () => {
    cluster.addTopic('coupons')
    const broker = await cluster.addBroker('broker-a')
    const producer = producerOf({ sendRetriesMax: 0 })
    await producer.send({ topic: 'coupons', body: 'first' })
    broker.answer = (body) => (body.includes('order') ? ResponseCode.SYSTEM_BUSY : ResponseCode.SUCCESS)
    const options = { orderKey: 'order-1' }
    const sending = producer.send({ topic: 'orders', body: 'order 1' }, options)
    await producer.send({ topic: 'coupons', body: 'meanwhile' })
    expect(await sending).toMatchObject({ status: 'JOURNALED' })
    expect(await producer.send({ topic: 'coupons', body: 'second' })).toMatchObject({ status: 'SEND_OK' })
    for (const body of ['order 2', 'order 3'])
      expect(await producer.send({ topic: 'orders', body }, options)).toMatchObject({ status: 'JOURNALED' })
    expect(producer.journal.status).toMatchObject({ state: 'delivering', messages: 3 })
    broker.requests = []
    broker.answer = ResponseCode.SUCCESS
    await producer.journal.drained()
    const delivered = messagesOf(broker)
    expect(delivered.map(({ body }) => body)).toEqual(['order 1', 'order 2', 'order 3'])
    expect(new Set(delivered.map(({ queueId }) => queueId)).size).toBe(1)
  })

  it('throws what is the fault of the message, or of the caller', async () => {
    const broker = await cluster.addBroker('broker-a')
    const producer = producerOf({ sendRetriesMax: 0 })
    const refused = async (sending: Promise<unknown>, code: string) =>
      expect(await sending.catch((error: unknown) => error)).toMatchObject({ code })
    await refused(producer.send({ topic: 'or ders', body: 'a' }), 'TOPIC_INVALID')
    await refused(producer.send({ topic: 'unknown', body: 'a' }), 'NO_ROUTE')
    broker.answer = ResponseCode.MESSAGE_ILLEGAL
    await refused(producer.send({ topic: 'orders', body: 'a' }), 'BROKER_REFUSED')
    broker.answer = 'silent'
    const aborted = producer.send({ topic: 'orders', body: 'a' }, { signal: AbortSignal.timeout(20) })
    await expect(aborted).rejects.toThrow('timeout')
    expect(producer.journal.status.messages).toBe(0)
  })

  it('sets aside what brokers refuse for good, alone', async () => {
    cluster.addUnreachableBroker('broker-a', NOWHERE)
    const producer = producerOf()
    await Promise.all(
      ['a', 'bad', 'c', 'd'].map((body) => producer.send({ topic: 'orders', body }, { orderKey: 'k' })),
    )
    const broker = await cluster.addBroker('broker-a')
    broker.answer = (body) => (body.includes('bad') ? ResponseCode.MESSAGE_ILLEGAL : ResponseCode.SUCCESS)
    await producer.journal.drained()
    expect(codes()).toContain('JOURNAL_SET_ASIDE')
    expect(producer.journal.status).toMatchObject({ messages: 0, setAside: 1 })
    expect(await journaled()).toMatchObject([
      { body: Buffer.from('bad'), refusal: { code: 'BROKER_REFUSED' } },
    ])
    broker.answer = ResponseCode.SUCCESS
    expect(await producer.journal.retrySetAside()).toBe(1)
    await producer.journal.drained()
    expect(producer.journal.status).toMatchObject({ setAside: 0, bytes: 0 })
    expect(messagesOf(broker).at(-1)).toMatchObject({ body: 'bad' })
  })

  it('sets aside what is refused for too long', async () => {
    cluster.addUnreachableBroker('broker-a', NOWHERE)
    const producer = producerOf({ journal: { directory: directory.path, setAsideAfterMs: 300 } })
    await producer.send({ topic: 'orders', body: 'a' })
    const broker = await cluster.addBroker('broker-a')
    broker.answer = ResponseCode.NO_PERMISSION
    await eventually(() => expect(producer.journal.status).toMatchObject({ messages: 0, setAside: 1 }))
    expect(broker.sends).toBeGreaterThan(1)
  })

  it('runs on the clock of its client', async () => {
    const clock = new ManualClock()
    const startedAt = clock.now()
    const timed = await start({ clock })
    cluster.addUnreachableBroker('broker-a', NOWHERE)
    const producer = producerOf({}, timed)
    await producer.send({ topic: 'orders', body: 'a' })
    const broker = await cluster.addBroker('broker-a')
    broker.answer = ResponseCode.NO_PERMISSION
    // Attempts are made in real time, the pauses between them are not.
    await eventually(() => expect(broker.sends).toBeGreaterThan(0))
    expect(producer.journal.status).toMatchObject({ messages: 1, setAside: 0 })
    await eventually(async () => {
      await clock.advance(60_000)
      expect(producer.journal.status).toMatchObject({ messages: 0, setAside: 1 })
    })
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(600_000)
    await timed.close()
  })

  it('is none for transactions, and says why', () => {
    const options = { group: 'payers', check: () => 'unknown' as const, journal: directory.path }
    expect(() => client.transactionProducer(options)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining('half message') }),
    )
  })

  it('keeps what is not delivered at its close, and says so; the next one delivers it', async () => {
    cluster.addUnreachableBroker('broker-a', NOWHERE)
    const producer = producerOf()
    const waiting = producer.send({ topic: 'orders', body: 'a' })
    await expect(producerOf().send({ topic: 'orders', body: 'b' })).rejects.toMatchObject({
      code: 'JOURNAL_IN_USE',
    })
    await waiting
    const drained = expect(producer.journal.drained()).rejects.toMatchObject({ code: 'CLOSED' })
    await producer.close()
    await drained
    expect(codes()).toContain('JOURNAL_NOT_EMPTY')
    expect(producer.journal.status).toMatchObject({ state: 'closed', messages: 1 })

    const broker = await cluster.addBroker('broker-a')
    const next = producerOf()
    await next.journal.drained()
    expect(messagesOf(broker).map(({ body }) => body)).toEqual(['a'])
  })

  it('begins without any nameserver where connect is allowed to', async () => {
    await expect(connect({ nameservers: NOWHERE })).rejects.toMatchObject({ code: 'NAMESERVERS_UNREACHABLE' })
    const offline = await start({ nameservers: NOWHERE, startOffline: true })
    const producer = producerOf({}, offline)
    expect(await producer.send({ topic: 'orders', body: 'a' })).toMatchObject({ status: 'JOURNALED' })
    await offline.close()
    const broker = await cluster.addBroker('broker-a')
    await producerOf().journal.drained()
    expect(messagesOf(broker).map(({ body }) => body)).toEqual(['a'])
  })

  it('counts a delay from the send, and keeps batches and chosen queues', async () => {
    cluster.addUnreachableBroker('broker-a', NOWHERE)
    const producer = producerOf()
    const queue = { brokerName: 'broker-a', queueId: 1 }
    await producer.send({ topic: 'orders', body: 'later', deliverAfterMs: 60_000 })
    const batch = await producer.sendBatch([
      { topic: 'orders', body: 'a' },
      { topic: 'orders', body: 'b' },
    ])
    expect(batch).toMatchObject({ status: 'JOURNALED', messageIds: [expect.any(String), expect.any(String)] })
    await producer.send({ topic: 'orders', body: 'queued' }, { queue })
    await producer.send({ topic: 'orders', body: 'chosen' }, { selector: (queues) => queues[1]! })
    expect((await journaled()).map(({ batch: size }) => size)).toEqual([1, 2, 2, 1, 1])
    const broker = await cluster.addBroker('broker-a')
    await producer.journal.drained()
    const later = broker.requests.find(({ body }) => String(body) === 'later')!
    const dueAt = Number(findProperty(later.properties, PropertyName.TIMER_DELIVER))
    expect(Math.abs(dueAt - 60_000 - later.bornTimestamp)).toBeLessThan(5)
    expect(findProperty(later.properties, PropertyName.TIMER_DELAY_MS)).toBeUndefined()
    expect(
      messagesOf(broker)
        .map(({ body }) => body)
        .sort(),
    ).toEqual(['a', 'b', 'chosen', 'later', 'queued'])
    const chosen = messagesOf(broker).filter(({ body }) => body === 'queued' || body === 'chosen')
    expect(chosen.map(({ queueId }) => queueId)).toEqual([1, 1])
  })

  it('refuses a selector that has no queues to choose from, as without a journal', async () => {
    const offline = await start({ nameservers: NOWHERE, startOffline: true })
    const producer = producerOf({}, offline)
    const sending = producer.send({ topic: 'orders', body: 'a' }, { selector: (queues) => queues[0]! })
    await expect(sending).rejects.toMatchObject({ code: 'NAMESERVERS_UNREACHABLE' })
    await offline.close()
  })

  it('throws for a full journal, with the outage as the cause', async () => {
    cluster.addUnreachableBroker('broker-a', NOWHERE)
    const producer = producerOf({ journal: { directory: directory.path, bytesMax: 64 * 1024 } })
    await producer.send({ topic: 'orders', body: 'a' })
    // A body that packing makes short.
    await producer.send({ topic: 'orders', body: 'x'.repeat(80_000) })
    const random = Buffer.from(Array.from({ length: 80_000 }, () => Math.floor(Math.random() * 256)))
    await expect(producer.send({ topic: 'orders', body: random })).rejects.toMatchObject({
      code: 'JOURNAL_FULL',
      retryable: true,
    })
    expect(producer.journal.status.messages).toBe(2)
  })
})
