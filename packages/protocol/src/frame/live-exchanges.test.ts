import { describe, expect, it } from 'vitest'
import { RegisterBrokerBody } from '../bodies/registration.js'
import { TopicRouteData } from '../bodies/routes.js'
import { HeartbeatData } from '../commands/clients.js'
import { GetConsumerListByGroupResponseBody } from '../commands/groups.js'
import { crc32 } from '../record/crc32.js'
import { decodeMessageId } from '../record/message-id.js'
import { decodeProperties, tagsCodeOf } from '../record/properties.js'
import { decodeRecords } from '../record/records-in-a-row.js'
import { commandsByName } from '../testing/golden-file.js'
import { type LiveExchange, liveCommands, liveExchanges } from '../testing/live-file.js'
import { isResponse } from './frame.js'

function requestOf({ command, request }: LiveExchange): Record<string, unknown> {
  return commandsByName.get(command)!.request.decode(request.fields)
}

function responseOf({ command, response }: LiveExchange): Record<string, unknown> {
  return commandsByName.get(command)!.response.decode(response.fields)
}

describe('what Apache 5.5.0 peers say to each other', () => {
  it('has every command of a client that sends and consumes', () => {
    const expected = [
      'REGISTER_BROKER',
      'GET_ROUTEINFO_BY_TOPIC',
      'HEART_BEAT',
      'SEND_MESSAGE_V2',
      'PULL_MESSAGE',
    ]
    expect(liveCommands).toEqual(expect.arrayContaining(expected))
  })

  it.each(liveCommands)('%s: headers are read, and each response belongs to its request', (command) => {
    for (const exchange of liveExchanges(command)) {
      expect(requestOf(exchange)).toBeTypeOf('object')
      expect(responseOf(exchange)).toBeTypeOf('object')
      expect(isResponse(exchange.request)).toBe(false)
      expect(isResponse(exchange.response)).toBe(true)
      expect(exchange.response.opaque).toBe(exchange.request.opaque)
    }
  })

  it('a broker registers all its topics first, then the one that is new', () => {
    const [first, second] = liveExchanges('REGISTER_BROKER').map((exchange) => ({
      header: requestOf(exchange),
      body: RegisterBrokerBody.decode(exchange.request.body),
      crc: crc32(exchange.request.body) & 0x7fffffff,
    }))
    expect(first!.header).toMatchObject({
      brokerName: 'golden',
      brokerId: 0,
      compressed: false,
      bodyCrc32: first!.crc,
    })
    expect([...first!.body.topicConfigSerializeWrapper.topicConfigTable.keys()]).toContain('TBW102')
    expect([...second!.body.topicConfigSerializeWrapper.topicConfigTable.keys()]).toEqual(['golden-topic'])
    expect(second!.body.topicConfigSerializeWrapper.dataVersion.counter).toBe(1)
  })

  it('a route comes in standard JSON, which we write too', () => {
    const { response } = liveExchanges('GET_ROUTEINFO_BY_TOPIC').at(-1)!
    const route = TopicRouteData.decode(response.body)
    expect(route.queueDatas).toEqual([
      { brokerName: 'golden', perm: 6, readQueueNums: 4, writeQueueNums: 4, topicSysFlag: 0 },
    ])
    expect(route.brokerDatas[0]!.brokerAddrs.get(0)).toMatch(/^127\.0\.0\.2:\d+$/)
    expect(TopicRouteData.encode(route, 'standard').toString()).toBe(response.body.toString())
    expect(JSON.parse(TopicRouteData.encode(route, 'standard').toString())).toHaveProperty('brokerDatas')
    expect(TopicRouteData.encode(route).toString()).toContain('"brokerAddrs":{0:"127.0.0.2')
  })

  it('heartbeats name groups and subscriptions, with the hash codes of the tags', () => {
    const [producer, consumer] = liveExchanges('HEART_BEAT').map((each) =>
      HeartbeatData.decode(each.request.body),
    )
    expect(producer!.producerDataSet.map((data) => data.groupName)).toContain('golden-producer')
    const [data] = consumer!.consumerDataSet
    expect(data).toMatchObject({
      groupName: 'golden-consumer',
      messageModel: 'CLUSTERING',
      consumeType: 'CONSUME_PASSIVELY',
    })
    const subscription = data!.subscriptionDataSet.find((each) => each.topic === 'golden-topic')!
    expect(subscription.subString).toBe('tag-a || tag-b')
    expect(subscription.codeSet.sort()).toEqual(subscription.tagsSet.map(tagsCodeOf).sort())
    expect(responseOf(liveExchanges('HEART_BEAT')[0]!)).toEqual({
      isSupportHeartbeatV2: true,
      isSubChange: true,
    })
  })

  it('a send is answered with the offsets of the record', () => {
    const [exchange] = liveExchanges('SEND_MESSAGE_V2')
    const request = requestOf(exchange!)
    expect(request).toMatchObject({
      topic: 'golden-topic',
      defaultTopic: 'TBW102',
      defaultTopicQueueNums: 4,
      bname: 'golden',
    })
    expect(exchange!.request.body.toString()).toBe('body 0 ✓')
    const response = responseOf(exchange!) as { msgId: string; queueId: number; traceOn: boolean }
    expect(decodeMessageId(response.msgId).physicalOffset).toBe(0)
    expect(response).toMatchObject({ queueId: request.queueId, traceOn: true, region: 'DefaultRegion' })
  })

  it('a pull brings records as the broker stored them', () => {
    for (const exchange of liveExchanges('PULL_MESSAGE')) {
      const records = decodeRecords(exchange.response.body)
      const { queueId, queueOffset } = requestOf(exchange)
      expect(records).toHaveLength(1)
      expect(records[0]).toMatchObject({ topic: 'golden-topic', queueId, queueOffset })
      expect(records[0]!.body.toString()).toMatch(/^body \d ✓$/)
      expect(decodeProperties(records[0]!.properties)).toMatchObject({
        TAGS: 'tag-a',
        CLUSTER: 'DefaultCluster',
      })
      expect(responseOf(exchange)).toMatchObject({ nextBeginOffset: 1, minOffset: 0, maxOffset: 1 })
    }
  })

  it('a group has its members listed', () => {
    const [exchange] = liveExchanges('GET_CONSUMER_LIST_BY_GROUP')
    expect(GetConsumerListByGroupResponseBody.decode(exchange!.response.body).consumerIdList).toHaveLength(1)
  })
})
