import {
  type Client,
  connect,
  ManualClock,
  type Message,
  type Producer,
  RocketeerError,
} from '@rocketeer/client'
import { startServer } from '@rocketeer/server'
import sqlite from 'node-sqlite3-wasm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type SqlDatabase, sqliteDatabase, type WasmSqlite } from '../sql/index.js'
import { Outbox } from './outbox.js'

/** On a busy machine, too. */
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000 })

describe('the outbox', () => {
  let server: Awaited<ReturnType<typeof startServer>>
  let client: Client
  let connection: sqlite.Database
  let database: SqlDatabase<WasmSqlite>
  let outbox: Outbox<WasmSqlite>
  const consumed: Message[] = []

  beforeEach(async () => {
    connection = new sqlite.Database()
    database = sqliteDatabase(connection)
    outbox = new Outbox(database)
    await outbox.createTables()
    server = await startServer({ messageBytesMax: 2048 })
    client = await connect({ nameservers: server.nameservers })
    consumed.length = 0
  })
  afterEach(async () => {
    await client.close()
    await server.close()
    connection.close()
  })

  async function consume(topic: string): Promise<void> {
    await client.admin().topics.create(topic, { queues: 4 })
    const handle = (message: Message) => void consumed.push(message)
    const consumer = client.consumer({
      group: 'coupon',
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      handle,
    })
    await consumer.ready
  }
  const add = (key: string, topic = 'order-paid', body = key) =>
    database.transaction((transaction) =>
      outbox.add(transaction, { topic, key, body }, { orderKey: key.split('/')[0]! }),
    )

  it('sends what a transaction has committed, under its id, and nothing of one that rolled back', async () => {
    await consume('order-paid')
    const id = await add('order-1')
    const rolledBack = database.transaction(async (transaction) => {
      await outbox.add(transaction, { topic: 'order-paid', body: 'never' })
      throw new Error('the card was refused')
    })
    await expect(rolledBack).rejects.toThrow('the card was refused')
    await using relay = outbox.relay(client.producer())
    await soon(() => expect(consumed).toHaveLength(1))
    expect(consumed[0]).toMatchObject({ messageId: id, key: 'order-1', orderKey: 'order-1' })
    await soon(async () =>
      expect(await outbox.status()).toEqual({ waiting: 0, oldestAt: undefined, setAside: 0 }),
    )
    expect(relay.status).toMatchObject({ sent: 1, slots: 16 })
  })

  it('keeps everything that a message can have', async () => {
    await consume('order-paid')
    const body = new Uint8Array([0, 255, 1, 2]).subarray(1)
    const properties = { shop: '北', nul: 'a\u0000b' }
    await database.transaction((transaction) =>
      outbox.add(transaction, {
        topic: 'order-paid',
        keys: ['a', 'b'],
        tag: 'new',
        properties,
        flag: 7,
        body,
      }),
    )
    await using _ = outbox.relay(client.producer())
    await soon(() => expect(consumed).toHaveLength(1))
    const [message] = consumed
    expect(message).toMatchObject({ keys: ['a', 'b'], tag: 'new', flag: 7, userProperties: properties })
    expect(Buffer.from(message!.body)).toEqual(Buffer.from(body))
  })

  it('refuses in the transaction what cannot be sent', async () => {
    const wrong = database.transaction((transaction) =>
      outbox.add(transaction, { topic: 'order paid', body: 'x' }),
    )
    await expect(wrong).rejects.toMatchObject({ code: 'TOPIC_INVALID' })
    expect((await outbox.status()).waiting).toBe(0)
  })

  it('keeps the order of a key, with two relays that share the work', async () => {
    await consume('order-paid')
    const keys = Array.from({ length: 20 }, (_, key) => key)
    for (let step = 0; step < 10; step++) for (const key of keys) await add(`${key}/${step}`)
    await using one = outbox.relay(client.producer(), { batchMax: 32, pollIntervalMs: 10, leaseMs: 15_000 })
    await using two = outbox.relay(client.producer(), { batchMax: 32, pollIntervalMs: 10, leaseMs: 15_000 })
    await soon(() => expect(consumed).toHaveLength(200))
    for (const key of keys) {
      const sent = consumed.filter((message) => message.orderKey === String(key))
      // A consumer handles messages of a queue at the same time, so their offsets tell the order.
      const inOrder = sent.sort((a, b) => a.queueOffset - b.queueOffset).map((message) => message.key)
      expect(inOrder).toEqual(Array.from({ length: 10 }, (_, step) => `${key}/${step}`))
    }
    expect(one.status.sent + two.status.sent).toBe(200)
  })

  it('puts aside what no broker takes, goes on with the rest, and sends it when a person says so', async () => {
    await consume('order-paid')
    await add('order-1/big', 'order-paid', 'x'.repeat(4000))
    await add('order-1/small')
    await using relay = outbox.relay(client.producer({ compressBodyOverBytes: Number.POSITIVE_INFINITY }))
    const problems: unknown[] = []
    relay.on('problem', (error) => problems.push(error))
    await soon(() => expect(consumed.map(({ key }) => key)).toEqual(['order-1/small']))
    const [row] = await outbox.setAside()
    expect(row).toMatchObject({ message: { key: 'order-1/big' }, orderKey: 'order-1' })
    expect(row!.reason).toContain('MESSAGE_ILLEGAL')
    expect(problems).toHaveLength(1)
    expect((await outbox.status()).setAside).toBe(1)

    expect(await outbox.retrySetAside(row!.id)).toBe(true)
    await soon(async () => expect(await outbox.setAside()).toHaveLength(1))
    await relay.close()

    // Its body is short enough once it is packed.
    await using _ = outbox.relay(client.producer({ compressBodyOverBytes: 0 }))
    expect(await outbox.retrySetAside(row!.id)).toBe(true)
    await soon(() => expect(consumed.map(({ key }) => key)).toContain('order-1/big'))
    expect(await outbox.retrySetAside(row!.id)).toBe(false)
    expect(await outbox.removeSetAside(row!.id)).toBe(false)
    expect(await outbox.setAside()).toEqual([])
  })

  it('lets the messages of one topic wait, in their order, and sends those of the others', async () => {
    await server.close()
    server = await startServer({ autoCreateTopics: false })
    await client.close()
    client = await connect({ nameservers: server.nameservers })
    await consume('order-paid')
    await add('order-1/early', 'order-late')
    await add('order-1/second', 'order-late')
    await add('order-2')
    await using relay = outbox.relay(client.producer(), { sendTimeoutMs: 300, pollIntervalMs: 10 })
    const problems: unknown[] = []
    relay.on('problem', (error) => problems.push(error))
    await soon(() => expect(consumed).toHaveLength(1))
    await soon(() => expect(relay.status.pausedTopics).toEqual(['order-late']))
    await soon(() => expect(problems).toContainEqual(expect.objectContaining({ code: 'NO_ROUTE' })))
    await client.admin().topics.create('order-late', { queues: 1 })
    await soon(async () => expect((await outbox.status()).waiting).toBe(0))
    const [queue] = await client
      .admin()
      .topics.route('order-late')
      .then(({ queueDatas }) => queueDatas)
    const pulled = await client.pull({ topic: 'order-late', brokerName: queue!.brokerName, queueId: 0 }, 0)
    expect(pulled.messages.map(({ key }) => key)).toEqual(['order-1/early', 'order-1/second'])
  })

  it('puts aside a message with which a broker fails for ten minutes, and not before', async () => {
    const answer = {
      command: 'SEND_MESSAGE_V2',
      brokerName: 'b',
      address: 'a',
      answer: 1,
      answerName: 'SYSTEM_ERROR',
      remark: '',
    }
    const failing = new RocketeerError('BROKER_REFUSED', 'it failed', false, answer, undefined)
    const healthy = client.producer()
    const send: Producer['send'] = (message) =>
      message.key === 'order-1' ? Promise.reject(failing) : healthy.send(message)
    const sendBatch: Producer['sendBatch'] = (messages) => healthy.sendBatch(messages)
    const clock = new ManualClock(Date.now())
    await add('order-1', 'order-failed')
    await using relay = outbox.relay({ send, sendBatch }, { clock })
    relay.on('problem', () => {})
    await clock.advance(570_000)
    expect(await outbox.status()).toMatchObject({ waiting: 1, setAside: 0 })
    await add('order-2', 'order-failed')
    await clock.advance(90_000)
    await soon(async () => expect(await outbox.status()).toMatchObject({ waiting: 0, setAside: 1 }))
  })

  it('looks again at once where a few keys have all the rows, and sends several of them at a time', async () => {
    const sizes: number[] = []
    const send: Producer['send'] = async () => void sizes.push(1) as never
    const sendBatch: Producer['sendBatch'] = async (messages) => void sizes.push(messages.length) as never
    for (let step = 0; step < 60; step++) await add(`order-1/${step}`)
    const clock = new ManualClock(Date.now())
    await using relay = outbox.relay(
      { send, sendBatch },
      {
        clock,
        batchMax: 40,
        messagesPerSendMax: 4,
      },
    )
    // The clock stands still: no pause between the looks.
    await soon(() => expect(relay.status.sent).toBe(60))
    expect(sizes.reduce((sum, size) => sum + size)).toBe(60)
    expect(Math.max(...sizes)).toBe(4)
    expect((await outbox.status()).waiting).toBe(0)
  })

  it('sends nothing with a lease that a slow database let run out, and another relay sends it once', async () => {
    const slow: SqlDatabase<WasmSqlite> = {
      ...database,
      execute: async (transaction, sql, values) => {
        const result = await database.execute(transaction, sql, values)
        if (sql.includes('body FROM')) await new Promise((resolve) => setTimeout(resolve, 250))
        return result
      },
    }
    for (let n = 0; n < 20; n++) await add(`order-${n}`)
    const sent: unknown[] = []
    const send: Producer['send'] = async ({ messageId }) => void sent.push(messageId) as never
    const producer = { send, sendBatch: () => Promise.reject(new Error('each has its own key')) }
    const leased = { sendTimeoutMs: 20, leaseMs: 200, pollIntervalMs: 10 }
    await using late = new Outbox(slow).relay(producer, leased)
    await soon(() => expect(late.status.slots).toBeGreaterThan(0))
    await using quick = outbox.relay(producer, { ...leased, leaseMs: 20_000 })
    await soon(() => expect(quick.status.sent).toBe(20))
    expect({ late: late.status.sent, ids: new Set(sent).size, sends: sent.length }).toEqual({
      ...{ late: 0, ids: 20, sends: 20 },
    })
  })

  it('has others of a request stored when one of its messages is refused', async () => {
    await consume('order-paid')
    for (const [step, size] of [10, 10, 3_000, 10, 10].entries())
      await add(`order-1/${step}`, 'order-paid', 'x'.repeat(size))
    await using relay = outbox.relay(client.producer({ compressBodyOverBytes: Number.POSITIVE_INFINITY }))
    relay.on('problem', () => {})
    await soon(() => expect(relay.status).toMatchObject({ sent: 4, setAside: 1 }))
    await soon(() => expect(consumed).toHaveLength(4))
    const inOrder = consumed.toSorted((a, b) => a.queueOffset - b.queueOffset).map(({ key }) => key)
    expect(inOrder).toEqual([0, 1, 3, 4].map((step) => `order-1/${step}`))
  })

  it('refuses options that make no sense', () => {
    expect(() => outbox.relay(client.producer(), { leaseMs: 1_000 })).toThrow(/leaseMs/)
    expect(() => new Outbox(database, { table: '' })).toThrow(/table/)
    expect(() => outbox.relay(undefined as never)).toThrow(/a producer is needed/)
  })
})
