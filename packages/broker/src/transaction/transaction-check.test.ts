import { ResponseCode, SystemTopic } from '@rocketeer/protocol'
import { resumeCheckHalfMessage } from '@rocketeer/protocol/commands'
import { decodeProperties, encodeMessageId } from '@rocketeer/protocol/record'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import type { TestClient } from '../testing/test-client.js'
import { type SentHalf, TestTransactions } from '../testing/test-transactions.js'

const INTERVAL_MS = 30_000

let broker: BrokerFixture
let reader: TestClient
let producer: TestTransactions

beforeEach(async () => {
  // Nobody sends heartbeats while the hours go by.
  broker = await BrokerFixture.start({ clientExpiryMs: 86_400_000 })
  await connect()
  await reader.send('orders', { queueId: 3 })
})

afterEach(() => broker[Symbol.asyncDispose]())

async function connect() {
  reader = await broker.client()
  producer = await TestTransactions.start(broker)
}

async function bodies(): Promise<string[]> {
  const found: string[] = []
  for (;;) {
    const { messages } = await reader.pull('readers', 'orders', found.length, { tags: '*' })
    if (messages.length === 0) return found
    found.push(...messages.map(({ body }) => body.toString()))
  }
}

const stored = (topic: string) => broker.parts.store.maxOffset(topic, 0)
const open = () => stored(SystemTopic.TRANSACTION_HALF) - broker.parts.transactionLedger.firstOpenOffset

describe('an open transaction', () => {
  it('is asked for after the timeout, and ends as its producer says', async () => {
    producer.answer = ({ message }) => (message.body.toString() === 'paid' ? 'commit' : 'rollback')
    const half = await producer.begin('orders', 'paid', { queueId: 0, props: { KEYS: '17' } })
    await producer.begin('orders', 'not paid')
    await producer.end(half, 'unknown')
    await broker.clock.advance(INTERVAL_MS)
    expect(producer.asked.map(({ message }) => message.body.toString()).sort()).toEqual(['not paid', 'paid'])
    expect(await bodies()).toEqual(['paid'])
    await broker.clock.advance(10 * INTERVAL_MS)
    expect(producer.asked).toHaveLength(2)
    expect(await bodies()).toEqual(['paid'])
    await expect.poll(open).toBe(0)
  })

  it('is described to the producer as Apache does', async () => {
    const half = await producer.begin('orders', 'paid', { queueId: 2, props: { KEYS: '17' } })
    await broker.clock.advance(INTERVAL_MS)
    const { fields, message } = producer.asked[0]!
    expect(fields).toMatchObject({
      topic: 'RMQ_SYS_TRANS_HALF_TOPIC',
      msgId: half.uniqueKey,
      transactionId: half.uniqueKey,
      tranStateTableOffset: 1,
      bname: 'broker-a',
    })
    expect(message).toMatchObject({
      topic: 'orders',
      queueId: 2,
      queueOffset: fields.tranStateTableOffset,
      physicalOffset: fields.commitLogOffset,
    })
    expect(decodeProperties(message.properties)).toMatchObject({
      KEYS: '17',
      PGROUP: 'payers',
      TRANSACTION_CHECK_TIMES: '1',
    })
  })

  it('is not asked for before the timeout, by the clock of the broker', async () => {
    await broker.clock.advance(INTERVAL_MS - 5000)
    await producer.begin('orders', 'paid', { bornTimestamp: 1 })
    await producer.begin('orders', 'paid', { bornTimestamp: broker.clock.now() + 3_600_000 })
    await broker.clock.advance(5000)
    expect(producer.asked).toHaveLength(0)
    await broker.clock.advance(INTERVAL_MS)
    expect(producer.asked).toHaveLength(2)
  })

  it('that nobody answers is asked for 15 times and parked', async () => {
    await producer.begin('orders', 'paid', { props: { KEYS: '17' } })
    await broker.clock.advance(15 * INTERVAL_MS)
    expect(producer.asked).toHaveLength(15)
    expect(stored(SystemTopic.TRANSACTION_CHECK_MAX_TIME)).toBe(0)
    await broker.clock.advance(10 * INTERVAL_MS)
    expect(producer.asked).toHaveLength(15)
    await expect.poll(open).toBe(0)
    const parked = await reader.pull('tools', SystemTopic.TRANSACTION_CHECK_MAX_TIME, 0, { tags: '*' })
    expect(parked.messages.map(({ body }) => body.toString())).toEqual(['paid'])
    expect(decodeProperties(parked.messages[0]!.properties)).toMatchObject({
      REAL_TOPIC: 'orders',
      KEYS: '17',
      TRANSACTION_CHECK_TIMES: '15',
    })
    expect(await bodies()).toEqual([])
  })

  it('that was parked is delivered by a late commit, or asked for again when an administrator says so', async () => {
    broker.parts.config.update({ transactionChecksMax: 2 })
    const half = await producer.begin('orders', 'late')
    await producer.begin('orders', 'resumed')
    await broker.clock.advance(3 * INTERVAL_MS)
    await expect.poll(() => stored(SystemTopic.TRANSACTION_CHECK_MAX_TIME)).toBe(2)
    await producer.end(half, 'commit')
    expect(await bodies()).toEqual(['late'])

    const parked = await reader.pull('tools', SystemTopic.TRANSACTION_CHECK_MAX_TIME, 1, { tags: '*' })
    const resume = (physicalOffset: number) => {
      const msgId = encodeMessageId(broker.parts.storeHost(), physicalOffset)
      return reader.connection.request(resumeCheckHalfMessage, { msgId })
    }
    producer.answer = () => 'commit'
    expect((await resume(parked.messages[0]!.physicalOffset)).code).toBe(ResponseCode.SUCCESS)
    await broker.clock.advance(INTERVAL_MS)
    expect(await bodies()).toEqual(['late', 'resumed'])
    const refused = await resume(0)
    expect([refused.code, refused.remark]).toEqual([
      ResponseCode.SYSTEM_ERROR,
      expect.stringMatching(/is no message of TRANS_CHECK_MAX_TIME_TOPIC/),
    ])
  })

  it('does not hold up the transactions behind it', async () => {
    await producer.begin('orders', 'open')
    for (let i = 0; i < 200; i++) await producer.end(await producer.begin('orders', `${i}`), 'commit')
    await broker.clock.advance(INTERVAL_MS)
    expect(producer.asked).toHaveLength(1)
    await expect.poll(open).toBe(1)
  })

  it('is asked for again when the store could not take its copy', async () => {
    await producer.begin('orders', 'paid')
    const { store } = broker.parts
    store.append = () => Promise.reject(new Error('the disk is full'))
    await broker.clock.advance(2 * INTERVAL_MS)
    expect(producer.asked).toHaveLength(0)
    Reflect.deleteProperty(store, 'append')
    await broker.clock.advance(INTERVAL_MS)
    expect(producer.asked).toHaveLength(1)
  })
})

describe('a message with an immunity time', () => {
  it('is not asked for before it has passed, and does not hold up others', async () => {
    await producer.begin('orders', 'slow', { props: { CHECK_IMMUNITY_TIME_IN_SECONDS: '1000' } })
    await producer.begin('orders', 'quick', { props: { CHECK_IMMUNITY_TIME_IN_SECONDS: '1' } })
    await producer.begin('orders', 'usual')
    await broker.clock.advance(INTERVAL_MS)
    expect(producer.asked.map(({ message }) => message.body.toString()).sort()).toEqual(['quick', 'usual'])
    producer.asked.length = 0
    producer.answer = () => 'commit'
    await broker.clock.advance(1000_000 - INTERVAL_MS)
    expect(producer.asked.map(({ message }) => message.body.toString())).not.toContain('slow')
    await broker.clock.advance(INTERVAL_MS)
    expect((await bodies()).sort()).toEqual(['quick', 'slow', 'usual'])
  })

  it('is ended by its producer also after it was put back', async () => {
    const half = await producer.begin('orders', 'slow', { props: { CHECK_IMMUNITY_TIME_IN_SECONDS: '1000' } })
    await broker.clock.advance(3 * INTERVAL_MS)
    expect((await producer.end(half, 'commit')).code).toBe(ResponseCode.SUCCESS)
    await broker.clock.advance(2000_000)
    expect(producer.asked).toEqual([])
    expect(await bodies()).toEqual(['slow'])
  })
})

describe('the group of producers', () => {
  it('is asked as a whole: when one is gone, another answers', async () => {
    await producer.begin('orders', 'paid')
    const other = await TestTransactions.start(broker)
    other.answer = () => 'commit'
    const stranger = await TestTransactions.start(broker, 'strangers')
    producer.client.connection.close()
    await broker.clock.advance(INTERVAL_MS)
    expect(await bodies()).toEqual(['paid'])
    expect([producer.asked, stranger.asked]).toEqual([[], []])
  })

  it('is asked in turn', async () => {
    const other = await TestTransactions.start(broker)
    await producer.begin('orders', 'paid')
    await broker.clock.advance(4 * INTERVAL_MS)
    expect([producer.asked.length, other.asked.length]).toEqual([2, 2])
  })

  it('may be back before the checks are used up', async () => {
    await producer.begin('orders', 'paid')
    producer.client.connection.close()
    await broker.clock.advance(3 * INTERVAL_MS)
    producer = await TestTransactions.start(broker)
    producer.answer = () => 'commit'
    await broker.clock.advance(INTERVAL_MS)
    expect(await bodies()).toEqual(['paid'])
  })
})

describe('a restart', () => {
  it('between half and commit forgets nothing', async () => {
    const early = await producer.begin('orders', 'committed after the restart')
    await producer.begin('orders', 'asked for after the restart')
    await broker.restart()
    await connect()
    producer.answer = () => 'commit'
    expect((await producer.end(early, 'commit')).code).toBe(ResponseCode.SUCCESS)
    await broker.clock.advance(INTERVAL_MS)
    await expect.poll(() => producer.asked.length).toBe(1)
    await expect.poll(bodies).toEqual(['committed after the restart', 'asked for after the restart'])
  })

  it('goes on counting the checks', async () => {
    await producer.begin('orders', 'paid')
    await broker.clock.advance(10 * INTERVAL_MS)
    await broker.restart()
    await connect()
    // What a start finds on disk takes real time to read.
    for (let checks = 11; checks <= 15; checks++) {
      await broker.clock.advance(INTERVAL_MS)
      await expect.poll(() => producer.asked.length).toBe(checks - 10)
    }
    await broker.clock.advance(INTERVAL_MS)
    await expect.poll(() => stored(SystemTopic.TRANSACTION_CHECK_MAX_TIME)).toBe(1)
    expect(producer.asked).toHaveLength(5)
  })

  it('does not ask for what has ended', async () => {
    const halves: SentHalf[] = []
    for (const body of ['a', 'b', 'c']) halves.push(await producer.begin('orders', body))
    await producer.end(halves[0]!, 'commit')
    await producer.end(halves[1]!, 'rollback')
    await broker.restart()
    await connect()
    await broker.clock.advance(INTERVAL_MS)
    await expect.poll(() => producer.asked.map(({ message }) => message.body.toString())).toEqual(['c'])
    expect(await bodies()).toEqual(['a'])
  })
})

describe('the operation log', () => {
  it('lists the offsets of what has ended as Apache does, several in a message', async () => {
    for (const body of ['a', 'b', 'c'])
      await producer.end(await producer.begin('orders', body), body === 'b' ? 'rollback' : 'commit')
    expect(stored(SystemTopic.TRANSACTION_OPERATION)).toBe(0)
    await broker.clock.advance(3000)
    const { messages } = await reader.pull('tools', SystemTopic.TRANSACTION_OPERATION, 0, { tags: 'd' })
    expect(messages.map(({ body }) => body.toString())).toEqual(['0,1,2,'])
    expect(decodeProperties(messages[0]!.properties)).toMatchObject({ TAGS: 'd' })
  })

  it('is written at once when it is long, and left behind with the half messages', async () => {
    broker.parts.config.update({ operationMessageBytesMax: 4 })
    for (let i = 0; i < 20; i++) await producer.end(await producer.begin('orders', `${i}`), 'rollback')
    await expect.poll(() => stored(SystemTopic.TRANSACTION_OPERATION)).toBe(10)
    const offsetOf = (topic: string) =>
      broker.parts.offsets.query({ group: 'CID_RMQ_SYS_TRANS', topic, queueId: 0 })
    await broker.clock.advance(INTERVAL_MS)
    expect(offsetOf(SystemTopic.TRANSACTION_HALF)).toBe(20)
    expect(offsetOf(SystemTopic.TRANSACTION_OPERATION)).toBe(10)
  })
})
