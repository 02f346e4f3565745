import { LanguageCode, ResponseCode } from '@rocketeer/protocol'
import type { SubscriptionData } from '@rocketeer/protocol/bodies'
import {
  ConsumerConnection,
  consumeMessageDirectly,
  GetConsumerStatusBody,
  getAllProducerInfo,
  getConsumerConnectionList,
  getConsumerRunningInfo,
  getConsumerStatusFromClient,
  getProducerConnectionList,
  invokeBrokerToGetConsumerStatus,
  ProducerConnection,
  ProducerTableInfo,
  QuerySubscriptionResponseBody,
  querySubscriptionByConsumer,
} from '@rocketeer/protocol/commands'
import { encodeHost, encodeMessageId, tagsCodeOf } from '@rocketeer/protocol/record'
import { RemotingClient, type Route, Router, route } from '@rocketeer/remoting'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { topicConfig } from '../tables/topic-config.js'
import { AdminServer } from '../testing/admin-server.js'

const TOPIC = 'order-paid'
const GROUP = 'coupon'
const CLIENT_ID = '10.0.0.1@1'

let server: AdminServer
let consumer: RemotingClient | undefined
beforeEach(async () => {
  server = await AdminServer.start()
  await server.parts.topics.put([topicConfig(TOPIC)])
})
afterEach(async () => {
  await consumer?.close()
  consumer = undefined
  await server[Symbol.asyncDispose]()
})

const subscription: SubscriptionData = {
  topic: TOPIC,
  subString: 'vip',
  tagsSet: ['vip'],
  codeSet: [tagsCodeOf('vip')],
  subVersion: 1,
  classFilterMode: false,
  expressionType: 'TAG',
}

/** A client that is registered as consumer and producer, answering requests of the broker with `routes`. */
async function connectClient(routes: Route[] = []): Promise<void> {
  consumer = new RemotingClient({ router: new Router(routes) })
  const { broker, clock, parts } = server
  const seen = new Promise<Parameters<typeof parts.producers.register>[1]['connection']>((resolve) =>
    broker.onConnection(resolve),
  )
  await consumer.connection(broker.address)
  const client = {
    connection: await seen,
    clientId: CLIENT_ID,
    language: LanguageCode.NODE_JS,
    version: 513,
    lastHeartbeatAt: clock.now(),
  }
  parts.producers.register('orders', client)
  parts.consumers.register({
    group: GROUP,
    client,
    settings: {
      consumeType: 'CONSUME_PASSIVELY',
      messageModel: 'CLUSTERING',
      consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
    },
    subscriptions: [subscription],
    fingerprint: 0,
    notify: false,
  })
}

describe('clients', () => {
  it('lists the consumers of a group and what they subscribe to', async () => {
    await connectClient()
    const response = await server.request(getConsumerConnectionList, { consumerGroup: GROUP })
    const list = ConsumerConnection.decode(response.body)
    expect(list).toMatchObject({ messageModel: 'CLUSTERING', consumeType: 'CONSUME_PASSIVELY' })
    expect(list.connectionSet).toEqual([
      {
        clientId: CLIENT_ID,
        clientAddr: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        language: 'NODE_JS',
        version: 513,
      },
    ])
    expect(list.subscriptionTable.get(TOPIC)).toEqual(subscription)
    const asked = await server.request(querySubscriptionByConsumer, { group: GROUP, topic: TOPIC })
    expect(QuerySubscriptionResponseBody.decode(asked.body).subscriptionData).toEqual(subscription)
  })

  it('lists producers', async () => {
    await connectClient()
    const one = await server.request(getProducerConnectionList, { producerGroup: 'orders' })
    expect(ProducerConnection.decode(one.body).connectionSet).toHaveLength(1)
    const all = await server.request(getAllProducerInfo, {})
    expect(ProducerTableInfo.decode(all.body).data.get('orders')?.[0]?.clientId).toBe(CLIENT_ID)
  })

  it('says when nobody is online', async () => {
    const consumers = await server.request(getConsumerConnectionList, { consumerGroup: GROUP })
    expect(consumers.code).toBe(ResponseCode.CONSUMER_NOT_ONLINE)
    const producers = await server.request(getProducerConnectionList, { producerGroup: 'nobody' })
    expect(producers.code).toBe(ResponseCode.SYSTEM_ERROR)
    const asked = { consumerGroup: GROUP, clientId: CLIENT_ID, jstackEnable: false }
    expect((await server.request(getConsumerRunningInfo, asked)).remark).toContain('not online')
    const status = await server.request(invokeBrokerToGetConsumerStatus, { topic: TOPIC, group: GROUP })
    expect(status.code).toBe(ResponseCode.SYSTEM_ERROR)
  })

  it('passes a request on to a consumer and its answer back', async () => {
    await connectClient([
      route(getConsumerRunningInfo, ({ fields }) => ({ body: Buffer.from(`info of ${fields.clientId}`) })),
    ])
    const asked = { consumerGroup: GROUP, clientId: CLIENT_ID, jstackEnable: false }
    const response = await server.request(getConsumerRunningInfo, asked)
    expect(response.code).toBe(ResponseCode.SUCCESS)
    expect(response.body.toString()).toBe(`info of ${CLIENT_ID}`)
  })

  it('has a consumer handle a stored message', async () => {
    await server.fill(TOPIC, 0, 1)
    const record = await server.parts.store.recordAt(0)
    await connectClient([
      route(consumeMessageDirectly, ({ fields, body }) => ({
        remark: `${fields.brokerName} ${fields.topicSysFlag}`,
        body: Buffer.from(body),
      })),
    ])
    const consume = (physicalOffset: number) =>
      server.request(consumeMessageDirectly, {
        consumerGroup: GROUP,
        clientId: CLIENT_ID,
        topic: TOPIC,
        msgId: encodeMessageId(encodeHost('127.0.0.1', 10911), physicalOffset),
      })
    const response = await consume(0)
    expect(response.remark).toBe('broker-a 0')
    expect(response.body.equals(record!)).toBe(true)
    expect((await consume(1)).code).toBe(ResponseCode.QUERY_NOT_FOUND)
  })

  it('collects the offsets consumers hold', async () => {
    const queue = { topic: TOPIC, brokerName: 'broker-a', queueId: 1 }
    await connectClient([
      route(getConsumerStatusFromClient, () => ({
        body: GetConsumerStatusBody.encode({ messageQueueTable: [[queue, 42]], consumerTable: new Map() }),
      })),
    ])
    const response = await server.request(invokeBrokerToGetConsumerStatus, { topic: TOPIC, group: GROUP })
    expect(GetConsumerStatusBody.decode(response.body).consumerTable.get(CLIENT_ID)).toEqual([[queue, 42]])
  })
})
