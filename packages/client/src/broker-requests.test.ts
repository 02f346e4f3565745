import { parseOptions } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import {
  ConsumeMessageDirectlyResult,
  ConsumerRunningInfo,
  consumeMessageDirectly,
  GetConsumerStatusBody,
  getConsumerRunningInfo,
  getConsumerStatusFromClient,
  notifyConsumerIdsChanged,
  pushReplyMessageToClient,
  ResetOffsetBody,
  resetConsumerClientOffset,
} from '@rocketeer/protocol/commands'
import { encodedRecord, encodeHost, encodeProperties, PropertyName } from '@rocketeer/protocol/record'
import type { Connection } from '@rocketeer/remoting'
import { eventually } from '@rocketeer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Client } from './client.js'
import { clientOptionsSchema } from './client-options.js'
import type { Consumer } from './consumer.js'
import { retryLater } from './handling/retry-later.js'
import { Session } from './session.js'
import { type ScriptedBroker, ScriptedCluster } from './testing/scripted-cluster.js'

describe('a client asked by a broker', () => {
  let cluster: ScriptedCluster
  let broker: ScriptedBroker
  let session: Session
  let client: Client
  let consumer: Consumer
  let connection: Connection
  let handle: (body: string) => void = () => {}

  beforeEach(async () => {
    cluster = await ScriptedCluster.start()
    cluster.addTopic('orders')
    broker = await cluster.addBroker('a')
    const options = { nameservers: cluster.nameserver }
    session = new Session(parseOptions(clientOptionsSchema, options, 'connect'))
    client = new Client(session)
    consumer = client.consumer({
      group: 'coupon',
      subscribe: { orders: 'paid' },
      startFrom: 'first',
      handle: (message) => handle(message.text()),
    })
    await consumer.ready
    await eventually(() => broker.pulls.length === 2)
    connection = broker.clients.get(client.clientId)!
  })
  afterEach(async () => {
    await client.close()
    await cluster[Symbol.asyncDispose]()
  })

  it('for the running info of a consumer describes its backlog', async () => {
    const fields = { consumerGroup: 'coupon', clientId: client.clientId, jstackEnable: false }
    const response = await connection.request(getConsumerRunningInfo, fields)
    const { properties, subscriptionSet, mqTable, statusTable } = ConsumerRunningInfo.decode(response.body)
    expect(properties.get('PROP_CONSUME_TYPE')).toBe('CONSUME_PASSIVELY')
    expect(
      subscriptionSet.map((subscription) => [subscription.topic, subscription.subString]),
    ).toContainEqual(['orders', 'paid'])
    expect(mqTable.map(([queue]) => queue.queueId).sort()).toEqual([0, 1])
    expect(statusTable.get('orders')).toMatchObject({ pullTPS: 0, consumeFailedMsgs: 0 })
  })

  it('for the running info of a popping consumer describes what is popped', async () => {
    const popping = { queue: { topic: 'orders', brokerName: 'a', queueId: -1 }, messages: 7, lastPopAt: 12 }
    session.addConsumer('popper', {
      consumeType: 'CONSUME_PASSIVELY',
      ordered: false,
      concurrency: 1,
      startedAt: 0,
      backlog: [],
      popBacklog: [popping],
      subscriptions: [],
      rebalance: async () => {},
      resetOffsets: async () => {},
      close: async () => {},
    })
    const fields = { consumerGroup: 'popper', clientId: client.clientId, jstackEnable: false }
    const response = await connection.request(getConsumerRunningInfo, fields)
    expect(ConsumerRunningInfo.decode(response.body).mqPopTable).toEqual([
      [popping.queue, { waitAckCount: 7, droped: false, lastPopTimestamp: 12 }],
    ])
  })

  it('for its offsets answers with them', async () => {
    const fields = { group: 'coupon', topic: 'orders' }
    const response = await connection.request(getConsumerStatusFromClient, fields)
    const { messageQueueTable } = GetConsumerStatusBody.decode(response.body)
    expect(messageQueueTable.map(([{ topic }, offset]) => [topic, offset])).toEqual([
      ['orders', 0],
      ['orders', 0],
    ])
  })

  it.each([
    ['CR_SUCCESS', () => {}],
    [
      'CR_LATER',
      () => {
        throw retryLater()
      },
    ],
    [
      'CR_THROW_EXCEPTION',
      () => {
        throw new Error('no')
      },
    ],
  ])('to handle a message now answers %s', async (consumeResult, behave) => {
    const bodies: string[] = []
    handle = (body) => {
      bodies.push(body)
      behave()
    }
    const fields = { consumerGroup: 'coupon', clientId: client.clientId, brokerName: 'a' }
    const response = await connection.request(consumeMessageDirectly, fields, record('now'))
    expect(ConsumeMessageDirectlyResult.decode(response.body)).toMatchObject({ consumeResult })
    expect(bodies).toEqual(['now'])
  })

  it('to reset offsets commits the new ones and reads from there', async () => {
    const offsetTable: [{ topic: string; brokerName: string; queueId: number }, number][] = [
      [{ topic: 'orders', brokerName: 'a', queueId: 1 }, 40],
    ]
    const fields = { group: 'coupon', topic: 'orders', queueId: -1, timestamp: 0, isForce: true }
    connection.oneway(resetConsumerClientOffset, fields, ResetOffsetBody.encode({ offsetTable }))
    await eventually(() => broker.pulls.includes(40))
    expect(broker.offsets.get('orders 1')).toBe(40)
  })

  it('told that the group has changed divides the queues again', async () => {
    const changes: number[] = []
    consumer.on('queues', (queues) => changes.push(queues.length))
    // Sorts before every IP address: takes the first queue.
    broker.clients.set('!other', connection)
    connection.oneway(notifyConsumerIdsChanged, { consumerGroup: 'coupon' })
    await eventually(() => changes.length > 0)
    expect(consumer.queues).toMatchObject([{ queueId: 1 }])
  })

  it('to take a reply shows its origin, also in the form that Java brokers write', async () => {
    const { correlationId, reply } = session.pendingRequests.open('orders', 10_000, undefined)
    const fields = {
      producerGroup: 'answerers',
      topic: 'cluster_REPLY_TOPIC',
      defaultTopic: '',
      defaultTopicQueueNums: 1,
      queueId: 0,
      sysFlag: 0,
      bornTimestamp: 1,
      flag: 0,
      unitMode: false,
      properties: encodeProperties({ [PropertyName.CORRELATION_ID]: correlationId }),
      bornHost: '/10.0.0.1:5000',
      storeHost: 'broker.local/<unresolved>:10911',
      storeTimestamp: 2,
    }
    connection.oneway(pushReplyMessageToClient, fields, Buffer.from('yes'))
    const message = await reply
    expect(message).toMatchObject({ bornHost: '10.0.0.1:5000', storeHost: '127.0.0.1:0' })
    expect(message.toJSON()).toMatchObject({ body: 'yes' })
  })

  it('for a group it is not in refuses and names the group', async () => {
    const fields = { consumerGroup: 'other', clientId: client.clientId, jstackEnable: false }
    const response = await connection.request(getConsumerRunningInfo, fields)
    expect(response).toMatchObject({
      code: ResponseCode.SYSTEM_ERROR,
      remark: expect.stringContaining('"other"'),
    })
  })
})

function record(body: string): Buffer {
  const host = encodeHost('127.0.0.1', 1)
  const message = {
    topic: 'orders',
    queueId: 0,
    flag: 0,
    sysFlag: 0,
    bornTimestamp: 1,
    bornHost: host,
    storeHost: host,
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    body: Buffer.from(body),
    properties: '',
  }
  return encodedRecord(message, { queueOffset: 0, physicalOffset: 0, storeTimestamp: 1 })
}
