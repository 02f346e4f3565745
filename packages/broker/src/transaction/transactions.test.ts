import { ResponseCode, SystemTopic } from '@rocketeer/protocol'
import { decodeProperties } from '@rocketeer/protocol/record'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import type { TestClient } from '../testing/test-client.js'
import { TestTransactions } from '../testing/test-transactions.js'

let broker: BrokerFixture
let reader: TestClient
let producer: TestTransactions

beforeEach(async () => {
  // Nobody sends heartbeats while the hours go by.
  broker = await BrokerFixture.start({ clientExpiryMs: 86_400_000 })
  reader = await broker.client()
  await reader.send('orders', { queueId: 3 })
  producer = await TestTransactions.start(broker)
})

afterEach(() => broker[Symbol.asyncDispose]())

/** Everything in queue 0 of `orders`, as a consumer sees it. */
async function received() {
  const messages = []
  for (;;) {
    const pulled = await reader.pull('readers', 'orders', messages.length, { tags: '*' })
    if (pulled.messages.length === 0) return messages
    messages.push(...pulled.messages)
  }
}

const bodies = async () => (await received()).map(({ body }) => body.toString())
const stored = (topic: string) => broker.parts.store.maxOffset(topic, 0)

describe('a half message', () => {
  it('is seen by nobody until it is committed', async () => {
    const half = await producer.begin('orders', 'paid')
    expect(half).toMatchObject({ queueId: 0, queueOffset: 0 })
    expect(await bodies()).toEqual([])
    expect((await producer.end(half, 'commit')).code).toBe(ResponseCode.SUCCESS)
    expect(await bodies()).toEqual(['paid'])
  })

  it('keeps where it belongs and who knows its outcome', async () => {
    await producer.begin('orders', 'paid', { queueId: 2, props: { KEYS: '17', TAGS: 'blue' } })
    const { messages } = await reader.pull('tools', SystemTopic.TRANSACTION_HALF, 0, { tags: '*' })
    expect(messages[0]!.sysFlag & 0xc).toBe(0)
    expect(decodeProperties(messages[0]!.properties)).toMatchObject({
      REAL_TOPIC: 'orders',
      REAL_QID: '2',
      PGROUP: 'payers',
      TRAN_MSG: 'true',
      __transactionId__: decodeProperties(messages[0]!.properties).UNIQ_KEY,
    })
  })

  it('is committed with what its producer put into it, and says which half message it was', async () => {
    await producer.begin('orders', 'other')
    const half = await producer.begin('orders', 'paid', {
      flag: 5,
      props: { KEYS: '17', TAGS: 'blue', shop: 'a' },
    })
    await producer.end(half, 'commit')
    const [message] = await received()
    expect(message).toMatchObject({
      flag: 5,
      queueOffset: 0,
      preparedTransactionOffset: half.physicalOffset,
      sysFlag: 8,
    })
    const properties = decodeProperties(message!.properties)
    expect(properties).toMatchObject({
      KEYS: '17',
      TAGS: 'blue',
      shop: 'a',
      PGROUP: 'payers',
      UNIQ_KEY: half.uniqueKey,
    })
    for (const name of ['REAL_TOPIC', 'REAL_QID', 'TRAN_MSG', 'TRAN_PREPARED_QUEUE_OFFSET'])
      expect(properties).not.toHaveProperty(name)
  })

  it('is forgotten when it is rolled back', async () => {
    const half = await producer.begin('orders', 'paid')
    expect((await producer.end(half, 'rollback')).code).toBe(ResponseCode.SUCCESS)
    await broker.clock.advance(120_000)
    expect(await bodies()).toEqual([])
    expect(producer.asked).toEqual([])
    expect(stored(SystemTopic.TRANSACTION_HALF)).toBe(1)
  })

  it('wakes a consumer that waits, once it is committed', async () => {
    const half = await producer.begin('orders', 'paid')
    await producer.end(half, 'commit')
    const next = await producer.begin('orders', 'next')
    const pull = reader.pull('readers', 'orders', 1, { tags: '*', holdMs: 15_000 })
    producer.endOneway(next, 'commit')
    expect((await pull).messages.map(({ body }) => body.toString())).toEqual(['next'])
  })

  it('is refused where transactions are forbidden, or with a delay', async () => {
    await expect(producer.begin('orders', 'later', { props: { DELAY: '3' } })).rejects.toThrow(/delayed/)
    await expect(producer.begin('orders', 'later', { props: { TIMER_DELAY_SEC: '3' } })).rejects.toThrow(
      /delayed/,
    )
    broker.parts.config.update({ rejectTransactions: true })
    await expect(producer.begin('orders', 'paid')).rejects.toThrow(
      `${ResponseCode.NO_PERMISSION} the broker[broker-a] sending transaction message is forbidden`,
    )
    expect(stored(SystemTopic.TRANSACTION_HALF)).toBe(0)
  })

  it('of a producer that names no group can be asked for all the same', async () => {
    await producer.begin('orders', 'paid', { props: { PGROUP: '' } })
    await broker.clock.advance(30_000)
    expect(producer.asked).toHaveLength(1)
  })
})

describe('an outcome told twice', () => {
  it('is delivered once', async () => {
    const half = await producer.begin('orders', 'paid')
    await producer.end(half, 'commit')
    const again = await producer.end(half, 'commit')
    expect([again.code, again.remark]).toEqual([
      ResponseCode.SUCCESS,
      'the transaction was settled before; nothing was changed',
    ])
    await producer.end(half, 'rollback')
    expect(await bodies()).toEqual(['paid'])
  })

  it('at the same time is delivered once', async () => {
    const half = await producer.begin('orders', 'paid')
    const codes = await Promise.all([1, 2, 3].map(async () => (await producer.end(half, 'commit')).code))
    expect(codes).toEqual([0, 0, 0])
    expect(await bodies()).toEqual(['paid'])
  })

  it('late and by a check is delivered once', async () => {
    const half = await producer.begin('orders', 'paid')
    await broker.clock.advance(30_000)
    expect(producer.asked).toHaveLength(1)
    const copy = producer.asked[0]!.fields
    await producer.end(half, 'commit')
    await producer.end(
      { queueOffset: copy.tranStateTableOffset, physicalOffset: copy.commitLogOffset },
      'commit',
      { fromTransactionCheck: true },
    )
    expect(await bodies()).toEqual(['paid'])
    await broker.clock.advance(120_000)
    expect(producer.asked).toHaveLength(1)
    await producer.end(half, 'commit')
    expect(await bodies()).toEqual(['paid'])
  })

  it('after the store refused it the first time is delivered', async () => {
    const half = await producer.begin('orders', 'paid')
    const { store } = broker.parts
    store.append = () => Promise.reject(new Error('the disk is full'))
    expect((await producer.end(half, 'commit')).code).toBe(ResponseCode.SYSTEM_ERROR)
    Reflect.deleteProperty(store, 'append')
    expect((await producer.end(half, 'commit')).code).toBe(ResponseCode.SUCCESS)
    expect(await bodies()).toEqual(['paid'])
  })
})

describe('an outcome is refused', () => {
  it.each([
    ['of nothing', { commitLogOffset: 999_999_999 }, /no half message at commitLogOffset 999999999/],
    ['of something in between', { commitLogOffset: 7 }, /no half message at commitLogOffset 7/],
    ['of a negative offset', { commitLogOffset: -1 }, /no half message/],
    // The first record of the log is the ordinary message of `beforeEach`.
    ['of an ordinary message', { commitLogOffset: 0, tranStateTableOffset: 0 }, /no half message/],
    ['by another group', { producerGroup: 'thieves' }, /The producer group wrong/],
    ['with another queue offset', { tranStateTableOffset: 5 }, /The transaction state table offset wrong/],
    ['that does not exist', { commitOrRollback: 4 }, /commitOrRollback is 4/],
  ])('%s', async (_name, changes, remark) => {
    const half = await producer.begin('orders', 'paid')
    const refused = await producer.end(half, 'commit', changes)
    expect(refused.code).toBe(ResponseCode.SYSTEM_ERROR)
    expect(refused.remark).toMatch(remark)
    expect(await bodies()).toEqual([])
    expect((await producer.end(half, 'commit')).code).toBe(ResponseCode.SUCCESS)
  })

  it('when its topic is gone', async () => {
    const half = await producer.begin('orders', 'paid')
    await broker.parts.topics.delete(['orders'])
    expect((await producer.end(half, 'commit')).code).toBe(ResponseCode.TOPIC_NOT_EXIST)
  })

  it('later than the producer promised, unless it was asked', async () => {
    producer.answer = () => 'commit'
    const half = await producer.begin('orders', 'paid', { props: { CHECK_IMMUNITY_TIME_IN_SECONDS: '10' } })
    await broker.clock.advance(10_001)
    expect((await producer.end(half, 'commit')).code).toBe(ResponseCode.ILLEGAL_OPERATION)
    expect(await bodies()).toEqual([])
    await broker.clock.advance(30_000)
    expect(await bodies()).toEqual(['paid'])
  })
})
