import { ResponseCode } from '@rocketeer/protocol'
import {
  CheckClientRequestBody,
  checkClientConfig,
  GetConsumerListByGroupResponseBody,
  getConsumerListByGroup,
  LockBatchRequestBody,
  LockBatchResponseBody,
  lockBatchMq,
  notifyConsumerIdsChanged,
  UnlockBatchRequestBody,
  unlockBatchMq,
  unregisterClient,
} from '@rocketeer/protocol/commands'
import { Router, route } from '@rocketeer/remoting'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import type { TestClient } from '../testing/test-client.js'

let broker: BrokerFixture

beforeEach(async () => {
  broker = await BrokerFixture.start()
})

afterEach(() => broker[Symbol.asyncDispose]())

/** A client that notes which groups it is told have changed. */
async function listeningClient(): Promise<{ client: TestClient; told: string[] }> {
  const told: string[] = []
  const handler = route(notifyConsumerIdsChanged, ({ fields }) => {
    told.push(fields.consumerGroup)
    return {}
  })
  return { client: await broker.client(new Router([handler])), told }
}

async function members(client: TestClient, group: string): Promise<string[] | number> {
  const answer = await client.connection.request(getConsumerListByGroup, { consumerGroup: group })
  if (answer.code !== ResponseCode.SUCCESS) return answer.code
  return GetConsumerListByGroupResponseBody.decode(answer.body).consumerIdList
}

describe('a consumer group', () => {
  it('has as members who sends heartbeats for it, and a retry topic', async () => {
    const { client } = await listeningClient()
    expect(await members(client, 'readers')).toBe(ResponseCode.SYSTEM_ERROR)
    await client.consume('readers', { orders: 'a || b' }, { clientID: 'one' })
    expect(await members(client, 'readers')).toEqual(['one'])
    expect(broker.parts.consumers.groupsOf('orders')).toEqual(['readers'])
    expect(broker.parts.topics.get('%RETRY%readers')).toMatchObject({
      readQueueNums: 1,
      writeQueueNums: 1,
      perm: 6,
    })
  })

  it('has a client once that came back on a new connection while the old one seems alive', async () => {
    const { client: forgotten } = await listeningClient()
    const { client } = await listeningClient()
    for (const each of [forgotten, client]) {
      await each.consume('readers', { orders: '*' }, { clientID: 'one' })
    }
    expect(await members(client, 'readers')).toEqual(['one'])
    const { connection } = broker.parts.consumers.get('readers')!.member('one')!
    expect(connection.remoteAddress).toBe(client.connection.localAddress)
  })

  it('hears of members that join, and of subscriptions that change', async () => {
    const first = await listeningClient()
    const second = await listeningClient()
    await first.client.consume('readers', { orders: '*' })
    await expect.poll(() => first.told).toEqual(['readers'])
    await second.client.consume('readers', { orders: '*' })
    await expect.poll(() => [first.told.length, second.told.length]).toEqual([2, 1])
    await second.client.consume('readers', { orders: '*' })
    await second.client.consume('readers', { orders: '*', payments: '*' })
    await expect.poll(() => [first.told.length, second.told.length]).toEqual([3, 2])
  })

  it('hears of members that unregister or whose connection ends', async () => {
    const first = await listeningClient()
    const second = await listeningClient()
    const third = await listeningClient()
    await first.client.consume('readers', { orders: '*' }, { clientID: 'first' })
    await second.client.consume('readers', { orders: '*' })
    await third.client.consume('readers', { orders: '*' })
    await expect.poll(() => first.told.length).toBe(3)
    await second.client.connection.request(unregisterClient, { clientID: 'x', consumerGroup: 'readers' })
    await expect.poll(() => first.told.length).toBe(4)
    third.client.connection.close()
    await expect.poll(() => first.told.length).toBe(5)
    expect(await members(first.client, 'readers')).toEqual(['first'])
  })

  it('has no member that left while its heartbeat made the retry topic', async () => {
    const { client } = await listeningClient()
    const joined = client.consume('readers', { orders: '*' })
    const left = client.connection.request(unregisterClient, { clientID: 'x', consumerGroup: 'readers' })
    await Promise.all([joined, left])
    expect(broker.parts.topics.has('%RETRY%readers')).toBe(true)
    expect(await members(client, 'readers')).toBe(ResponseCode.SYSTEM_ERROR)
  })

  it('is not told anything when it broadcasts, or does not want to be', async () => {
    const broadcasting = await listeningClient()
    await broadcasting.client.consume('everyone', { orders: '*' }, { messageModel: 'BROADCASTING' })
    await broker.parts.groups.put([
      { ...broker.parts.groups.find('quiet')!, notifyConsumerIdsChangedEnable: false },
    ])
    const quiet = await listeningClient()
    await quiet.client.consume('quiet', { orders: '*' })
    const other = await listeningClient()
    await other.client.consume('readers', { orders: '*' })
    await expect.poll(() => other.told).toEqual(['readers'])
    expect([...broadcasting.told, ...quiet.told]).toEqual([])
  })

  it('forgets members that stopped sending heartbeats', async () => {
    const silent = await listeningClient()
    const lively = await listeningClient()
    await silent.client.consume('readers', { orders: '*' })
    await silent.client.heartBeat({ clientID: 'silent', producerDataSet: [{ groupName: 'writers' }] })
    for (let minute = 0; minute < 2; minute++) {
      await lively.client.consume('readers', { orders: '*' }, { clientID: 'lively' })
      await broker.clock.advance(60_000)
    }
    expect(broker.parts.producers.members('writers')).toHaveLength(1)
    await lively.client.consume('readers', { orders: '*' }, { clientID: 'lively' })
    await broker.clock.advance(20_000)
    expect(await members(lively.client, 'readers')).toEqual(['lively'])
    expect(broker.parts.producers.groupNames()).toEqual([])
    await expect.poll(() => silent.client.connection.closed).toBe(true)
  })

  it('keeps an expression until a newer version of it comes', async () => {
    const { client } = await listeningClient()
    const expression = () => broker.parts.consumers.get('readers')?.subscriptions.get('orders')?.subString
    await client.consume('readers', { orders: 'a' }, { subVersion: 5 })
    await client.consume('readers', { orders: 'b' }, { subVersion: 4 })
    expect(expression()).toBe('a')
    await client.consume('readers', { orders: 'c' }, { subVersion: 6 })
    expect(expression()).toBe('c')
  })
})

describe('a heartbeat by fingerprint', () => {
  it('keeps the subscriptions, and tells when they must be sent again', async () => {
    const { client } = await listeningClient()
    const unknown = await client.consume('readers', {}, { heartbeatFingerprint: 7, withoutSub: true })
    const said = { isSupportHeartbeatV2: true, isSubChange: true, keepsFailureHistory: true }
    expect(unknown.fields).toEqual(said)
    const full = await client.consume('readers', { orders: 'a' }, { heartbeatFingerprint: 7 })
    expect(full.fields.isSubChange).toBe(false)
    const short = await client.consume('readers', {}, { heartbeatFingerprint: 7, withoutSub: true })
    expect(short.fields.isSubChange).toBe(false)
    expect(broker.parts.consumers.get('readers')?.subscriptions.get('orders')?.subString).toBe('a')
    const changed = await client.consume('readers', { orders: 'b' }, { heartbeatFingerprint: 8 })
    expect(changed.fields.isSubChange).toBe(true)
  })
})

describe('queue locks', () => {
  const queues = [0, 1].map((queueId) => ({ topic: 'orders', brokerName: 'broker-a', queueId }))

  async function lock(client: TestClient, clientId: string): Promise<number[]> {
    const body = LockBatchRequestBody.encode({
      consumerGroup: 'readers',
      clientId,
      onlyThisBroker: false,
      mqSet: queues,
    })
    const answer = await client.connection.request(lockBatchMq, {}, body)
    return LockBatchResponseBody.decode(answer.body).lockOKMQSet.map(({ queueId }) => queueId)
  }

  it('belong to one client until it gives them back or stops asking for a minute', async () => {
    const client = await broker.client()
    expect(await lock(client, 'one')).toEqual([0, 1])
    expect(await lock(client, 'two')).toEqual([])
    const body = UnlockBatchRequestBody.encode({
      consumerGroup: 'readers',
      clientId: 'one',
      onlyThisBroker: false,
      mqSet: queues.slice(0, 1),
    })
    await client.connection.request(unlockBatchMq, {}, body)
    expect(await lock(client, 'two')).toEqual([0])
    await broker.clock.advance(60_001)
    expect(broker.parts.locks.isLocked('readers')).toBe(false)
    expect(await lock(client, 'two')).toEqual([0, 1])
  })
})

describe('queue locks of a client whose connection is closed', () => {
  const queues = [{ topic: 'orders', brokerName: 'broker-a', queueId: 0 }]
  const told: string[] = []
  let survivor: TestClient

  async function hasLock(client: TestClient, clientId: string): Promise<boolean> {
    const body = LockBatchRequestBody.encode({
      consumerGroup: 'readers',
      clientId,
      onlyThisBroker: false,
      mqSet: queues,
    })
    const answer = await client.connection.request(lockBatchMq, {}, body)
    return LockBatchResponseBody.decode(answer.body).lockOKMQSet.length === 1
  }

  /** A member with the lock, on a connection that closes. */
  async function lockAndLeave(): Promise<void> {
    const victim = await broker.client()
    await victim.consume('readers', { orders: '*' }, { clientID: 'victim' })
    expect(await hasLock(victim, 'victim')).toBe(true)
    victim.connection.close(new Error('killed'))
    await expect.poll(() => broker.parts.consumers.get('readers')?.clientIds).toEqual(['survivor'])
    told.splice(0)
  }

  beforeEach(async () => {
    const router = new Router([
      route(notifyConsumerIdsChanged, ({ fields }) => {
        told.push(fields.consumerGroup)
        return {}
      }),
    ])
    survivor = await broker.client(router)
    await survivor.consume('readers', { orders: '*' }, { clientID: 'survivor' })
  })

  it('are free a second later, and the group is told', async () => {
    await lockAndLeave()
    await broker.clock.advance(999)
    expect(await hasLock(survivor, 'survivor')).toBe(false)
    await broker.clock.advance(1)
    await expect.poll(() => told).toEqual(['readers'])
    expect(await hasLock(survivor, 'survivor')).toBe(true)
  })

  it.each(['registers', 'locks'])(
    'stay its own when it comes back and %s within that second',
    async (what) => {
      await lockAndLeave()
      const again = await broker.client()
      if (what === 'locks') expect(await hasLock(again, 'victim')).toBe(true)
      else await again.consume('readers', { orders: '*' }, { clientID: 'victim' })
      await broker.clock.advance(10_000)
      expect(await hasLock(survivor, 'survivor')).toBe(false)
    },
  )
})

describe('a filter on trial', () => {
  it.each([
    ['TAG', 'a', ResponseCode.SUCCESS],
    ['SQL92', "a = 'b'", ResponseCode.SUCCESS],
    ['SQL92', 'a =', ResponseCode.SUBSCRIPTION_PARSE_FAILED],
    ['GROOVY', 'a', ResponseCode.SUBSCRIPTION_PARSE_FAILED],
  ])('of type %s: %s', async (expressionType, subString, code) => {
    const client = await broker.client()
    const subscriptionData = {
      classFilterMode: false,
      topic: 'orders',
      subString,
      tagsSet: [],
      codeSet: [],
      subVersion: 0,
      expressionType,
    }
    const body = CheckClientRequestBody.encode({ clientId: 'x', group: 'readers', subscriptionData })
    expect((await client.connection.request(checkClientConfig, {}, body)).code).toBe(code)
  })
})
