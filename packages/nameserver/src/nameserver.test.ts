import { type Command, ResponseCode } from '@rocketeer/protocol'
import { KVTable, TopicList, TopicRouteData } from '@rocketeer/protocol/bodies'
import {
  addWritePermOfBroker,
  deleteTopicInNamesrv,
  getAllTopicListFromNameserver,
  getHasUnitSubUnunitTopicList,
  getKvConfig,
  getNamesrvConfig,
  getRouteinfoByTopic,
  getSystemTopicListFromNs,
  getTopicsByCluster,
  getUnitTopicList,
  putKvConfig,
  registerTopicInNamesrv,
  updateNamesrvConfig,
  wipeWritePermOfBroker,
} from '@rocketeer/protocol/commands'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bodyOf, NameserverFixture, topic } from './testing/nameserver-fixture.js'

let fixture: NameserverFixture

beforeEach(async () => {
  fixture = await NameserverFixture.start()
})
afterEach(() => fixture.close())

const two = [topic('orders'), topic('payments')]

describe('topics', () => {
  it('that no broker has are named in the refusal', async () => {
    const { code, remark } = await fixture.ask(getRouteinfoByTopic, { topic: 'nowhere' })
    expect(code).toBe(ResponseCode.TOPIC_NOT_EXIST)
    expect(remark).toMatch(/^No topic route info in name server for the topic: nowhere\nSee /)
  })

  it('have routes in standard JSON for clients that accept nothing else', async () => {
    await fixture.register({}, bodyOf(two))
    const { body } = await fixture.ask(getRouteinfoByTopic, { topic: 'orders', acceptStandardJsonOnly: true })
    expect(JSON.parse(body.toString()).brokerDatas[0].brokerAddrs).toEqual({ '0': '10.0.0.1:10911' })
  })

  it('are listed: all, by cluster, unit topics and system topics', async () => {
    const units = [topic('unit', { topicSysFlag: 1 }), topic('sub', { topicSysFlag: 2 }), topic('plain')]
    await fixture.register({}, bodyOf(units))
    const list = async (command: Command, fields = {}) =>
      TopicList.decode((await fixture.ask(command, fields)).body)
    expect((await list(getAllTopicListFromNameserver)).topicList).toEqual(['unit', 'sub', 'plain'])
    expect((await list(getTopicsByCluster, { cluster: 'DefaultCluster' })).topicList).toHaveLength(3)
    expect((await list(getTopicsByCluster, { cluster: 'other' })).topicList).toEqual([])
    expect((await list(getUnitTopicList)).topicList).toEqual(['unit'])
    expect((await list(getHasUnitSubUnunitTopicList)).topicList).toEqual(['sub'])
    expect(await list(getSystemTopicListFromNs)).toEqual({
      topicList: ['DefaultCluster', 'broker-a'],
      brokerAddr: '10.0.0.1:10911',
    })
  })

  it('can be added and removed by hand', async () => {
    await fixture.register({}, bodyOf(two))
    const queueDatas = [
      { brokerName: 'broker-a', readQueueNums: 1, writeQueueNums: 1, perm: 6, topicSysFlag: 0 },
    ]
    const route = { queueDatas, brokerDatas: [], filterServerTable: new Map() }
    await fixture.ask(registerTopicInNamesrv, { topic: 'by-hand' }, TopicRouteData.encode(route))
    expect(await fixture.routeOf('by-hand')).toBeDefined()
    await fixture.ask(deleteTopicInNamesrv, { topic: 'by-hand', clusterName: 'other' })
    expect(await fixture.routeOf('by-hand')).toBeDefined()
    await fixture.ask(deleteTopicInNamesrv, { topic: 'by-hand', clusterName: 'DefaultCluster' })
    await fixture.ask(deleteTopicInNamesrv, { topic: 'orders' })
    expect([await fixture.routeOf('by-hand'), await fixture.routeOf('orders')]).toEqual([
      undefined,
      undefined,
    ])
  })

  it('stay without a wiped write permission through registrations, until it is given back', async () => {
    const connection = await fixture.peer()
    await fixture.register({}, bodyOf(two, 1), connection)
    const { fields } = await fixture.ask(wipeWritePermOfBroker, { brokerName: 'broker-a' })
    expect(fields.wipeTopicCount).toBe(2)
    await fixture.register({}, bodyOf(two, 1), connection)
    expect((await fixture.routeOf('orders'))?.queueDatas[0]?.perm).toBe(4)
    await fixture.register({}, bodyOf(two, 2), connection)
    expect((await fixture.routeOf('orders'))?.queueDatas[0]?.perm).toBe(4)
    await fixture.ask(addWritePermOfBroker, { brokerName: 'broker-a' })
    await fixture.register({}, bodyOf(two, 3), connection)
    expect((await fixture.routeOf('orders'))?.queueDatas[0]?.perm).toBe(6)
  })

  it('are writable again when their broker comes back', async () => {
    const connection = await fixture.peer()
    await fixture.register({}, bodyOf(two, 1), connection)
    await fixture.ask(wipeWritePermOfBroker, { brokerName: 'broker-a' })
    connection.close()
    await expect.poll(() => fixture.routeOf('orders')).toBeUndefined()
    await fixture.register({}, bodyOf(two, 1), await fixture.peer())
    expect((await fixture.routeOf('orders'))?.queueDatas[0]?.perm).toBe(6)
  })
})

describe('configuration', () => {
  it('of order topics goes to brokers and, when switched on, to clients', async () => {
    const order = { namespace: 'ORDER_TOPIC_CONFIG', key: 'orders', value: 'broker-a:4' }
    await fixture.ask(putKvConfig, order)
    const { body } = await fixture.register({}, bodyOf(two))
    expect(KVTable.decode(body).table).toEqual(new Map([['orders', 'broker-a:4']]))
    expect((await fixture.routeOf('orders'))?.orderTopicConf).toBeUndefined()
    await fixture.ask(updateNamesrvConfig, {}, Buffer.from('orderMessageEnable=true\n'))
    expect((await fixture.routeOf('orders'))?.orderTopicConf).toBe('broker-a:4')
    expect((await fixture.ask(getKvConfig, { namespace: 'ORDER_TOPIC_CONFIG', key: 'x' })).code).toBe(
      ResponseCode.QUERY_NOT_FOUND,
    )
  })

  it('can be read, and refuses changes that need a restart', async () => {
    const properties = (await fixture.ask(getNamesrvConfig, {})).body.toString()
    expect(properties).toContain('orderMessageEnable=false\n')
    const refused = await fixture.ask(updateNamesrvConfig, {}, Buffer.from('kvConfigPath=/etc/passwd'))
    expect(refused.code).toBe(ResponseCode.NO_PERMISSION)
  })

  it.each([
    ['orderMessageEnabl=true', 'no option "orderMessageEnabl"; did you mean "orderMessageEnable"?'],
    ['orderTopics=true', '"orderTopics" is called "orderMessageEnable"'],
    ['orderMessageEnable=maybe', '"maybe" is neither true nor false'],
  ])('says what is wrong with the change %s', async (change, reason) => {
    const refused = await fixture.ask(updateNamesrvConfig, {}, Buffer.from(change))
    expect(refused).toMatchObject({
      code: ResponseCode.INVALID_PARAMETER,
      remark: expect.stringContaining(reason),
    })
  })
})
