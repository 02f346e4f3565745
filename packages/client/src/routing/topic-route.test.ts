import type { TopicRouteData } from '@rocketeer/protocol/bodies'
import { describe, expect, it } from 'vitest'
import { inheritedRouteOf, topicRouteOf } from './topic-route.js'

const broker = (brokerName: string, ids: number[]) => ({
  cluster: 'c',
  brokerName,
  brokerAddrs: new Map(ids.map((id) => [id, `10.0.0.${id + 1}:10911`])),
  zoneName: undefined,
  enableActingMaster: false,
})
const queue = (brokerName: string, perm: number, readQueueNums: number, writeQueueNums: number) => ({
  brokerName,
  perm,
  readQueueNums,
  writeQueueNums,
  topicSysFlag: 0,
})
const route = (parts: Partial<TopicRouteData>): TopicRouteData => ({
  orderTopicConf: undefined,
  queueDatas: [],
  brokerDatas: [],
  filterServerTable: new Map(),
  topicQueueMappingByBroker: undefined,
  ...parts,
})
const names = (queues: readonly { brokerName: string; queueId: number }[]) =>
  queues.map(({ brokerName, queueId }) => `${brokerName}${queueId}`)

describe('topicRouteOf', () => {
  it('sorts queues and keeps reading and writing apart', () => {
    const found = topicRouteOf(
      't',
      route({
        brokerDatas: [broker('b', [0]), broker('a', [0])],
        queueDatas: [queue('b', 6, 1, 2), queue('a', 4, 2, 2)],
      }),
    )
    expect(names(found.writeQueues)).toEqual(['b0', 'b1'])
    expect(names(found.readQueues)).toEqual(['a0', 'a1', 'b0'])
  })

  it('writes to brokers with a master only', () => {
    const found = topicRouteOf(
      't',
      route({ brokerDatas: [broker('a', [1])], queueDatas: [queue('a', 6, 2, 2)] }),
    )
    expect(names(found.writeQueues)).toEqual([])
    expect(names(found.readQueues)).toEqual(['a0', 'a1'])
  })

  it('gives a new topic no more queues than asked for, nor than TBW102 has', () => {
    const data = route({ brokerDatas: [broker('a', [0])], queueDatas: [queue('a', 7, 8, 8)] })
    expect(inheritedRouteOf('t', data, 4).writeQueues).toHaveLength(4)
    expect(inheritedRouteOf('t', data, 16).writeQueues).toHaveLength(8)
    expect(inheritedRouteOf('t', data, 4)).toMatchObject({ topic: 't', inherited: true })
  })

  it('writes to the queues of an order configuration, whatever is up', () => {
    const data = route({
      orderTopicConf: 'b:1;a:2;',
      brokerDatas: [broker('a', [0])],
      queueDatas: [queue('a', 4, 3, 3)],
    })
    const found = topicRouteOf('t', data)
    expect(names(found.writeQueues)).toEqual(['b0', 'a0', 'a1'])
    expect(names(found.readQueues)).toEqual(['a0', 'a1', 'a2'])
    expect(topicRouteOf('t', { ...data, orderTopicConf: '' }).writeQueues).toEqual([])
  })

  it.each(['a', 'a:', 'a:x', ':4', 'a:1;a:2', 'a:1:2', 'a:1;;b:1', 'a:0', 'a:99999'])(
    'has no queues to write to by the order configuration %j',
    (orderTopicConf) => {
      const data = route({
        orderTopicConf,
        brokerDatas: [broker('a', [0])],
        queueDatas: [queue('a', 6, 3, 3)],
      })
      expect(topicRouteOf('t', data)).toMatchObject({ writeQueues: [], orderConfInvalid: orderTopicConf })
      expect(topicRouteOf('t', data).readQueues).toHaveLength(3)
    },
  )
})
