import { ResponseCode, retryTopicOf } from '@rocketeer/protocol'
import { CheckClientRequestBody, checkClientConfig } from '@rocketeer/protocol/commands'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import type { TestClient } from '../testing/test-client.js'

let broker: BrokerFixture
let client: TestClient

beforeEach(async () => {
  broker = await BrokerFixture.start()
  client = await broker.client()
})

afterEach(() => broker[Symbol.asyncDispose]())

const SQL = { expressionType: 'SQL92' }

async function send(...messages: readonly Record<string, string>[]): Promise<void> {
  for (const props of messages) await client.send('orders', { props })
}

const amounts = (...values: number[]) => values.map((amount) => ({ amount: String(amount) }))

function pull(sql: string, offset = 0, options: { holdMs?: number; messagesMax?: number } = {}) {
  return client.pull('readers', 'orders', offset, { tags: sql, ...SQL, ...options })
}

const offsets = (messages: readonly { queueOffset: number }[]) => messages.map((each) => each.queueOffset)

describe('a pull with a SQL92 expression', () => {
  it('gets the messages whose properties match', async () => {
    await send(
      { amount: '150', region: 'eu' },
      { amount: '150', region: 'us' },
      { amount: '90', region: 'eu' },
    )
    await send(
      { region: 'eu' },
      { amount: 'many', region: 'eu' },
      { amount: '101', region: 'eu', TAGS: 'vip' },
    )
    const pulled = await pull("amount > 100 AND region = 'eu'")
    expect(pulled).toMatchObject({ code: ResponseCode.SUCCESS, remark: 'FOUND' })
    expect(offsets(pulled.messages)).toEqual([0, 5])
    expect(pulled.fields.nextBeginOffset).toBe(6)
    expect(offsets((await pull("TAGS = 'vip'")).messages)).toEqual([5])
    expect(offsets((await pull('amount IS NULL')).messages)).toEqual([3])
  })

  it('finds nothing in an empty value, as Apache', async () => {
    await send({ region: '' }, { region: 'eu' })
    expect(offsets((await pull('region IS NULL')).messages)).toEqual([0])
  })

  it('is sent on at once behind messages of which none matches', async () => {
    await send(...amounts(1, 2, 3))
    const pulled = await pull('amount > 5')
    expect(pulled.code).toBe(ResponseCode.PULL_RETRY_IMMEDIATELY)
    expect(pulled.fields).toMatchObject({ nextBeginOffset: 3, minOffset: 0, maxOffset: 3 })
  })

  it('gets no more than it asks for', async () => {
    await send(...amounts(9, 1, 9, 1, 9))
    const pulled = await pull('amount > 5', 0, { messagesMax: 2 })
    expect(offsets(pulled.messages)).toEqual([0, 2])
    expect(offsets((await pull('amount > 5', pulled.fields.nextBeginOffset)).messages)).toEqual([4])
  })

  it.each([
    ['amount > > 5', 'line 1, column 10'],
    ['', "parse the consumer's subscription failed"],
  ])('is refused when it is wrong: %s', async (sql, text) => {
    await send(...amounts(1))
    const pulled = await pull(sql)
    expect(pulled.code).toBe(ResponseCode.SUBSCRIPTION_PARSE_FAILED)
    expect(pulled.remark).toContain(text)
  })

  it('is refused when its type is unknown', async () => {
    await send(...amounts(1))
    const pulled = await client.pull('readers', 'orders', 0, { tags: '/a', expressionType: 'XPATH' })
    expect(pulled.code).toBe(ResponseCode.SUBSCRIPTION_PARSE_FAILED)
    expect(pulled.remark).toContain('the expression types are TAG and SQL92')
  })

  it('is refused where property filters are switched off', async () => {
    await send(...amounts(1))
    broker.parts.config.update({ allowSqlFilters: false })
    const pulled = await pull('amount > 5')
    expect(pulled.code).toBe(ResponseCode.SYSTEM_ERROR)
    expect(pulled.remark).toBe('The broker does not support consumer to filter message by SQL92')
  })
})

describe('a waiting pull', () => {
  const waiting = async (count: number) => {
    await expect.poll(() => broker.parts.waitingPulls.size).toBe(count)
  }
  beforeEach(() => send(...amounts(1)))

  it('is answered by a message that matches, not by others before it', async () => {
    const pulled = pull('amount > 5', 1, { holdMs: 15_000 })
    await waiting(1)
    await send(...amounts(2, 3))
    await waiting(1)
    await send(...amounts(9, 4))
    expect(offsets((await pulled).messages)).toEqual([3])
    await waiting(0)
  })

  it('comes back behind what it has passed when its time is up', async () => {
    const pulled = pull('amount > 5', 1, { holdMs: 3000 })
    await waiting(1)
    await send(...amounts(2, 3))
    await waiting(1)
    await broker.clock.advance(2999)
    await waiting(1)
    await broker.clock.advance(1)
    expect(await pulled).toMatchObject({ code: ResponseCode.PULL_NOT_FOUND })
    expect((await pulled).fields.nextBeginOffset).toBe(3)
  })

  it('asks for no time beyond its own when messages keep arriving', async () => {
    const pulled = pull('amount > 5', 1, { holdMs: 3000 })
    for (let second = 0; second < 3; second++) {
      await waiting(1)
      await send(...amounts(second))
      await waiting(1)
      await broker.clock.advance(1000)
    }
    expect((await pulled).fields.nextBeginOffset).toBe(4)
  })
})

describe('a subscription of a heartbeat', () => {
  const consume = (sql: string, subVersion = 1) =>
    client.consume('readers', { orders: sql }, { ...SQL, subVersion })
  const pullAs = (subVersion: number) => client.pull('readers', 'orders', 0, { ...SQL, subVersion })

  it('is used, and replaced by a newer one', async () => {
    await send(...amounts(1, 6, 11))
    await consume('amount > 5')
    expect(offsets((await pullAs(1)).messages)).toEqual([1, 2])
    expect((await pullAs(2)).code).toBe(ResponseCode.SUBSCRIPTION_NOT_LATEST)
    await consume('amount > 10', 2)
    expect(offsets((await pullAs(2)).messages)).toEqual([2])
    await client.consume('readers', { orders: '*' }, { subVersion: 3 })
    expect(offsets((await client.pull('readers', 'orders', 0, { subVersion: 3 })).messages)).toEqual([
      0, 1, 2,
    ])
  })

  it('that is wrong leaves the pulls without a filter, and they say why', async () => {
    await send(...amounts(1))
    await consume('amount LIKE 5')
    const pulled = await pullAs(1)
    expect(pulled.code).toBe(ResponseCode.FILTER_DATA_NOT_EXIST)
    expect(pulled.remark).toContain('line 1, column 8: there is no LIKE')
  })
})

describe('a retry topic', () => {
  const topic = retryTopicOf('readers')

  it('is filtered by what the group subscribes of the original topic, if that is switched on', async () => {
    await client.consume('readers', { orders: 'amount > 5', [topic]: 'TRUE', plain: 'TRUE' }, SQL)
    await broker.parts.topics.put([
      { ...broker.parts.topics.get(topic)!, readQueueNums: 1, writeQueueNums: 1 },
    ])
    const origins = ['orders', 'orders', 'elsewhere']
    for (const [index, origin] of origins.entries()) {
      const props = { RETRY_TOPIC: origin, amount: String(index * 9) }
      await client.send(topic, { props })
    }
    const pullRetries = async () => offsets((await client.pull('readers', topic, 0, { ...SQL })).messages)
    expect(await pullRetries()).toEqual([0, 1, 2])
    broker.parts.config.update({ filterRetries: true })
    expect(await pullRetries()).toEqual([1, 2])
  })
})

describe('CHECK_CLIENT_CONFIG', () => {
  const check = (subString: string, expressionType = 'SQL92') => {
    const subscription = { classFilterMode: false, topic: 'orders', subString, tagsSet: [], codeSet: [] }
    const subscriptionData = { ...subscription, subVersion: 1, expressionType }
    const body = CheckClientRequestBody.encode({ clientId: 'c', group: 'readers', subscriptionData })
    return client.connection.request(checkClientConfig, {}, body)
  }

  it('accepts tags and expressions that are right', async () => {
    expect((await check('a || b', 'TAG')).code).toBe(ResponseCode.SUCCESS)
    expect((await check('a > 5')).code).toBe(ResponseCode.SUCCESS)
  })

  it('shows the place of a mistake', async () => {
    const answer = await check("region = 'eu' AND\n  amount > ")
    expect(answer.code).toBe(ResponseCode.SUBSCRIPTION_PARSE_FAILED)
    expect(answer.remark).toBe(
      'the SQL92 expression is wrong at line 2, column 12: expected a property, a number, a string or "(", found the end\n' +
        '  amount > \n           ^',
    )
  })

  it('says that property filters are switched off', async () => {
    broker.parts.config.update({ allowSqlFilters: false })
    expect((await check('a > 5')).code).toBe(ResponseCode.SYSTEM_ERROR)
    expect((await check('a', 'TAG')).code).toBe(ResponseCode.SUCCESS)
  })
})
