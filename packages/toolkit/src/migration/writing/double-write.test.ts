import { isRocketeerError } from '@rocketeer/foundation'
import { startServer } from '@rocketeer/server'
import sqlite from 'node-sqlite3-wasm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Outbox } from '../../outbox/index.js'
import { sqliteDatabase } from '../../sql/index.js'
import { TOPIC, TwoClusters } from '../testing/two-clusters.js'
import { doubleWrite } from './double-write.js'

let clusters: TwoClusters
beforeEach(async () => {
  clusters = await TwoClusters.start()
})
afterEach(() => clusters[Symbol.asyncDispose]())

const rejectedWith = (code: string) => (error: unknown) => isRocketeerError(error) && error.code === code

describe('a double writer', () => {
  it('sends the same message to both clusters', async () => {
    await using writer = doubleWrite(clusters.producers)
    const body = Buffer.from('paid')
    const content = { key: 'order-1', tag: 'paid', properties: { shop: 'north' }, flag: 7 }
    const receipt = await writer.send({ topic: TOPIC, body, ...content }, { orderKey: 'order-1' })
    // The caller may use its memory again.
    body.fill(0)
    const batch = [1, 2].map((i) => ({ topic: TOPIC, body: `in a batch ${i}` }))
    const { messageIds } = await writer.sendBatch(batch)
    await writer.sendOneway({ topic: TOPIC, body: 'one way' })
    await writer.close()
    expect(writer.status).toMatchObject({ inCharge: 'from', sent: 4, waiting: 0 })
    expect(writer.status.followed).toEqual({ from: { stored: 0, missed: 0 }, to: { stored: 4, missed: 0 } })
    await expect.poll(async () => (await clusters.read('from')).length).toBe(4)
    const [old, fresh] = [await clusters.read('from'), await clusters.read('to')]
    const shown = (messages: typeof old) =>
      messages
        .map((message) => {
          const { messageId, key, tag, userProperties, flag, orderKey } = message
          return { messageId, key, tag, userProperties, flag, orderKey, body: message.text() }
        })
        .sort((a, b) => (a.messageId < b.messageId ? -1 : 1))
    expect(shown(fresh)).toEqual(shown(old))
    expect(shown(fresh)[0]).toMatchObject({ body: 'paid', key: 'order-1', orderKey: 'order-1', flag: 7 })
    expect(fresh.map(({ messageId }) => messageId)).toEqual(
      expect.arrayContaining([receipt.messageId, ...messageIds]),
    )
  })

  it('answers and fails as the cluster in charge does, and reports what the other one missed', async () => {
    await using writer = doubleWrite(clusters.producers)
    const problems: unknown[] = []
    writer.on('problem', (error, { side }) => problems.push([isRocketeerError(error) && error.code, side]))
    await clusters.servers.to.close()
    await writer.send({ topic: TOPIC, body: 'one' })
    await writer.putInCharge('from')
    expect(problems).toEqual([['MIGRATION_WRITE_MISSED', 'to']])
    expect(writer.status.followed.to).toEqual({ stored: 0, missed: 1 })
    await writer.putInCharge('to')
    await expect(writer.send({ topic: TOPIC, body: 'two' })).rejects.toSatisfy(isRocketeerError)
    expect(writer.status.sent).toBe(1)
    // What the cluster in charge did not store goes nowhere.
    expect((await clusters.read('from')).map((message) => message.text())).toEqual(['one'])
    await expect(writer.send({ topic: TOPIC, body: 'x', key: 'a b' })).rejects.toSatisfy(
      rejectedWith('MESSAGE_INVALID'),
    )
  })

  it('has the caller know of the other cluster where that is asked for', async () => {
    await using writer = doubleWrite({ ...clusters.producers, strict: true })
    writer.on('problem', () => {})
    await writer.send({ topic: TOPIC, body: 'both' })
    expect(writer.status.followed.to.stored).toBe(1)
    await clusters.servers.to.close()
    await expect(writer.send({ topic: TOPIC, body: 'half' })).rejects.toSatisfy(
      rejectedWith('MIGRATION_HALF_WRITTEN'),
    )
    expect((await clusters.read('from')).map((message) => message.text())).toContain('half')
  })

  it('keeps the order of a key on both sides while the cluster in charge changes', async () => {
    await using writer = doubleWrite(clusters.producers)
    for (let i = 0; i < 60; i++) {
      if (i % 10 === 9) void writer.putInCharge(writer.status.inCharge === 'from' ? 'to' : 'from')
      await writer.send({ topic: TOPIC, body: `${i}` }, { orderKey: 'one' })
    }
    await writer.putInCharge('from')
    const expected = Array.from({ length: 60 }, (_, i) => `${i}`)
    for (const side of ['from', 'to'] as const) {
      expect((await clusters.read(side)).map((message) => message.text())).toEqual(expected)
    }
  })

  it('takes a queue of the one cluster for a queue of the other', async () => {
    await using writer = doubleWrite(clusters.producers)
    for (let i = 0; i < 4; i++)
      await writer.send({ topic: TOPIC, body: `${i}` }, { queue: { brokerName: 'broker-old', queueId: 1 } })
    await writer.close()
    const fresh = await clusters.read('to')
    expect(fresh.map((message) => message.text())).toEqual(['0', '1', '2', '3'])
    expect(new Set(fresh.map(({ queue }) => queue.queueId))).toEqual(new Set([1]))
  })

  it('holds no more than it may for a cluster that is away, and does not wait for it', async () => {
    await using writer = doubleWrite({ ...clusters.producers, waitingMax: 5 })
    let missed = 0
    writer.on('problem', () => missed++)
    await clusters.servers.to.close()
    for (let i = 0; i < 20; i++) await writer.send({ topic: TOPIC, body: `${i}` }, { orderKey: 'one' })
    expect(writer.status.waiting).toBe(5)
    expect(missed).toBe(15)
    await writer.close()
    expect(writer.status.followed.to).toEqual({ stored: 0, missed: 20 })
  })

  it('keeps what a cluster misses in the journal of its producer, in order', async () => {
    const to = clusters.to.producer({ journal: `${clusters.directory}/journal`, sendTimeoutMs: 500 })
    const writer = doubleWrite({ from: clusters.producers.from, to })
    const { broker, nameservers } = clusters.servers.to
    await clusters.servers.to.close()
    for (let i = 0; i < 20; i++) await writer.send({ topic: TOPIC, body: `${i}` }, { orderKey: 'one' })
    await writer.putInCharge('from')
    expect(writer.status.followed.to).toEqual({ stored: 20, missed: 0 })
    clusters.servers.to = await startServer({
      directory: `${clusters.directory}/new`,
      brokerName: 'broker-new',
      brokerPort: broker.port,
      nameserverPort: Number(nameservers[0]!.split(':').at(-1)),
    })
    await expect.poll(() => to.journal.status.messages, { timeout: 20_000 }).toBe(0)
    const bodies = (await clusters.read('to')).map((message) => Number(message.text()))
    expect(bodies).toEqual(Array.from({ length: 20 }, (_, i) => i))
    await writer.close()
    await to.close()
  })

  it('gives the other cluster what a transaction committed', async () => {
    const transactions = {
      from: clusters.from.transactionProducer({ group: 'tx', check: () => 'unknown' }),
      to: clusters.to.transactionProducer({ group: 'tx', check: () => 'unknown' }),
    }
    await using writer = doubleWrite({ ...clusters.producers, transactions })
    const receipt = await writer.sendInTransaction({ topic: TOPIC, body: 'kept' }, async () => 'commit')
    await writer.sendInTransaction({ topic: TOPIC, body: 'dropped' }, async () => 'rollback')
    await writer.putInCharge('to')
    await writer.sendInTransaction({ topic: TOPIC, body: 'back' }, async () => 'commit')
    await writer.close()
    for (const side of ['from', 'to'] as const) {
      await expect
        .poll(async () => (await clusters.read(side)).map((message) => message.text()).sort())
        .toEqual(['back', 'kept'])
    }
    expect((await clusters.read('to')).map(({ messageId }) => messageId)).toContain(receipt.messageId)
    await using plain = doubleWrite(clusters.producers)
    const sending = plain.sendInTransaction({ topic: TOPIC, body: 'x' }, async () => 'commit')
    await expect(sending).rejects.toSatisfy(rejectedWith('OPTION_INVALID'))
  })

  it('gives both clusters what an outbox sends, each key in its order', async () => {
    await using writer = doubleWrite(clusters.producers)
    const connection = new sqlite.Database()
    const database = sqliteDatabase(connection)
    const outbox = new Outbox(database)
    await outbox.createTables()
    const ids: string[] = []
    for (let step = 0; step < 6; step++) {
      const message = { topic: TOPIC, key: `order-${step % 2}/${step}`, body: 'x' }
      const orderKey = `order-${step % 2}`
      ids.push(await database.transaction((transaction) => outbox.add(transaction, message, { orderKey })))
    }
    const relay = outbox.relay(writer)
    await expect.poll(() => relay.status.sent).toBe(6)
    await relay.close()
    await writer.close()
    connection.close()
    for (const side of ['from', 'to'] as const) {
      const messages = await clusters.read(side)
      expect(messages.map(({ messageId }) => messageId).sort()).toEqual(ids.toSorted())
      const keysOf = (order: string) =>
        messages.filter(({ orderKey }) => orderKey === order).map(({ key }) => key)
      expect(keysOf('order-0')).toEqual([0, 2, 4].map((step) => `order-0/${step}`))
      expect(keysOf('order-1')).toEqual([1, 3, 5].map((step) => `order-1/${step}`))
    }
  })

  it('delays a message on both sides, with one id', async () => {
    await using writer = doubleWrite(clusters.producers)
    const { messageId } = await writer.send({ topic: TOPIC, body: 'later', deliverAfterMs: 1 })
    for (const side of ['from', 'to'] as const) {
      await expect
        .poll(async () => (await clusters.read(side)).map((message) => message.messageId), {
          timeout: 10_000,
        })
        .toEqual([messageId])
    }
  })

  it('refuses what makes no sense, and stops when both producers send to one broker', async () => {
    const { from, to } = clusters.producers
    expect(() => doubleWrite({ from, to: from })).toThrow('same producer')
    expect(() => doubleWrite({ from, to: {} as typeof to })).toThrow('a producer of the new cluster')
    expect(() => doubleWrite({ from, to, waitingMax: 0 })).toThrow('waitingMax')
    await using twice = doubleWrite({ from, to: clusters.from.producer() })
    const codes: unknown[] = []
    twice.on('problem', (error) => codes.push(isRocketeerError(error) && error.code))
    await twice.send({ topic: TOPIC, body: 'one' })
    await twice.putInCharge('from')
    await twice.send({ topic: TOPIC, body: 'two' })
    await twice.close()
    expect(codes).toEqual(['MIGRATION_SAME_CLUSTER'])
    expect((await clusters.read('from')).map((message) => message.text()).sort()).toEqual([
      'one',
      'one',
      'two',
    ])
    await expect(twice.send({ topic: TOPIC, body: 'x' })).rejects.toSatisfy(rejectedWith('WORKER_CLOSED'))
  })
})
