import { ManualClock, Resources } from '@rocketeer/foundation'
import {
  bodyCrc,
  brokerHeartbeat,
  type Command,
  decodeClusterInfo,
  decodeGetBrokerMemberGroupResponseBody,
  decodeKVTable,
  decodeTopicList,
  decodeTopicRouteData,
  deleteTopicInNamesrv,
  encodeCompressedRegisterBrokerBody,
  encodeDataVersion,
  encodeRegisterBrokerBody,
  encodeTopicRouteData,
  type FieldTable,
  type FieldValues,
  getAllTopicListFromNameserver,
  getBrokerClusterInfo,
  getBrokerMemberGroup,
  getHasUnitSubUnunitTopicList,
  getKvConfig,
  getNamesrvConfig,
  getRouteinfoByTopic,
  getSystemTopicListFromNs,
  getTopicsByCluster,
  getUnitTopicList,
  putKvConfig,
  queryDataVersion,
  type RegisterBrokerBody,
  ResponseCode,
  registerBroker,
  registerTopicInNamesrv,
  type TopicConfig,
  unregisterBroker,
  updateNamesrvConfig,
  wipeWritePermOfBroker,
} from '@rocketeer/protocol'
import { type Connection, RemotingClient } from '@rocketeer/remoting'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Nameserver } from './nameserver.js'
import type { NameserverOptions } from './options.js'

let resources: Resources
let clock: ManualClock
let nameserver: Nameserver

beforeEach(async () => {
  resources = new Resources()
  clock = new ManualClock(1_000_000)
  nameserver = await start()
})
afterEach(() => resources.close())

async function start(options: NameserverOptions = {}): Promise<Nameserver> {
  return resources.use(await Nameserver.start({ host: '127.0.0.1', port: 0, clock, ...options }))
}

/** Every peer has a connection of its own, as every broker and client has. */
function peer(): Promise<Connection> {
  return resources.use(new RemotingClient()).connection(nameserver.address)
}

async function ask<Q extends FieldTable, R extends FieldTable>(
  command: Command<Q, R>,
  fields: FieldValues<Q>,
  body?: Buffer,
) {
  return (await peer()).request(command, fields, body)
}

const topic = (topicName: string, differing: Partial<TopicConfig> = {}): TopicConfig => ({
  topicName,
  readQueueNums: 4,
  writeQueueNums: 4,
  perm: 6,
  topicFilterType: 'SINGLE_TAG',
  topicSysFlag: 0,
  order: false,
  attributes: new Map(),
  ...differing,
})

interface Broker {
  brokerName?: string
  brokerAddr?: string
  clusterName?: string
  brokerId?: number
  haServerAddr?: string
  enableActingMaster?: boolean
  heartbeatTimeoutMillis?: number
}

const identityOf = (broker: Broker) => ({
  brokerName: 'broker-a',
  brokerAddr: '10.0.0.1:10911',
  clusterName: 'DefaultCluster',
  brokerId: 0,
  haServerAddr: '10.0.0.1:10912',
  ...broker,
})

const bodyOf = (topics: TopicConfig[], counter = 1, stateVersion = 0): RegisterBrokerBody => ({
  topicConfigSerializeWrapper: {
    dataVersion: { stateVersion, timestamp: 7, counter },
    topicConfigTable: new Map(topics.map((each) => [each.topicName, each])),
    topicQueueMappingInfoMap: new Map(),
    topicQueueMappingDetailMap: new Map(),
  },
  filterServerList: [],
})

const two = [topic('orders'), topic('payments')]

async function register(broker: Broker, body: RegisterBrokerBody, connection?: Connection) {
  const encoded = encodeRegisterBrokerBody(body)
  const fields = { ...identityOf(broker), compressed: false, bodyCrc32: bodyCrc(encoded) }
  return (connection ?? (await peer())).request(registerBroker, fields, encoded)
}

async function routeOf(topicName: string) {
  const { code, body } = await ask(getRouteinfoByTopic, { topic: topicName })
  return code === ResponseCode.SUCCESS ? decodeTopicRouteData(body) : undefined
}

describe('a registered broker', () => {
  it('is in the routes of its topics', async () => {
    expect((await register({}, bodyOf(two))).code).toBe(ResponseCode.SUCCESS)
    expect(await routeOf('orders')).toEqual({
      orderTopicConf: undefined,
      queueDatas: [{ brokerName: 'broker-a', readQueueNums: 4, writeQueueNums: 4, perm: 6, topicSysFlag: 0 }],
      brokerDatas: [
        {
          cluster: 'DefaultCluster',
          brokerName: 'broker-a',
          brokerAddrs: new Map([[0, '10.0.0.1:10911']]),
          zoneName: undefined,
          enableActingMaster: false,
        },
      ],
      filterServerTable: new Map(),
      topicQueueMappingByBroker: undefined,
    })
  })

  it('shares topics with brokers of other names', async () => {
    await register({}, bodyOf(two))
    await register(
      { brokerName: 'broker-b', brokerAddr: '10.0.0.2:10911' },
      bodyOf([topic('orders'), topic('b')]),
    )
    const route = await routeOf('orders')
    expect(route?.queueDatas.map(({ brokerName }) => brokerName)).toEqual(['broker-a', 'broker-b'])
    const cluster = decodeClusterInfo((await ask(getBrokerClusterInfo, {})).body)
    expect(cluster.clusterAddrTable).toEqual(new Map([['DefaultCluster', ['broker-a', 'broker-b']]]))
    expect(cluster.brokerAddrTable.get('broker-b')?.brokerAddrs).toEqual(new Map([[0, '10.0.0.2:10911']]))
  })

  it('may compress what it sends', async () => {
    const body = encodeCompressedRegisterBrokerBody(bodyOf(two))
    const { code } = await ask(
      registerBroker,
      { ...identityOf({}), compressed: true, bodyCrc32: bodyCrc(body) },
      body,
    )
    expect(code).toBe(ResponseCode.SUCCESS)
    expect((await routeOf('payments'))?.queueDatas).toHaveLength(1)
  })

  it('is refused when its body arrived damaged', async () => {
    const body = encodeRegisterBrokerBody(bodyOf(two))
    const { code, remark } = await ask(
      registerBroker,
      { ...identityOf({}), compressed: false, bodyCrc32: bodyCrc(body) + 1 },
      body,
    )
    expect([code, remark]).toEqual([ResponseCode.SYSTEM_ERROR, 'crc32 not match'])
    expect(await routeOf('orders')).toBeUndefined()
  })

  it('may add single topics only after it registered itself', async () => {
    expect((await register({}, bodyOf([topic('new')]))).code).toBe(ResponseCode.SYSTEM_ERROR)
    expect(decodeClusterInfo((await ask(getBrokerClusterInfo, {})).body).clusterAddrTable.size).toBe(0)
    const connection = await peer()
    await register({}, bodyOf(two), connection)
    await register({}, bodyOf([topic('new')], 2), connection)
    expect(await routeOf('new')).toBeDefined()
    expect(await routeOf('orders')).toBeDefined()
  })

  it('tells its slave where it is', async () => {
    await register({}, bodyOf(two))
    const slave = { brokerId: 1, brokerAddr: '10.0.0.9:10911', haServerAddr: '10.0.0.9:10912' }
    const { fields } = await register(slave, bodyOf([topic('only-on-slave'), topic('x')]))
    expect(fields).toEqual({ haServerAddr: '10.0.0.1:10912', masterAddr: '10.0.0.1:10911' })
    expect(await routeOf('only-on-slave')).toBeUndefined()
    const { body } = await ask(getBrokerMemberGroup, {
      clusterName: 'DefaultCluster',
      brokerName: 'broker-a',
    })
    expect(decodeGetBrokerMemberGroupResponseBody(body).brokerMemberGroup?.brokerAddrs).toEqual(
      new Map([
        [0, '10.0.0.1:10911'],
        [1, '10.0.0.9:10911'],
      ]),
    )
  })

  it('is not displaced by one with an older state', async () => {
    await register({}, bodyOf(two, 1, 5))
    await register({ brokerAddr: '10.0.0.7:10911' }, bodyOf(two, 9, 4))
    expect((await routeOf('orders'))?.brokerDatas[0]?.brokerAddrs.get(0)).toBe('10.0.0.1:10911')
    await register({ brokerAddr: '10.0.0.7:10911' }, bodyOf(two, 9, 6))
    expect((await routeOf('orders'))?.brokerDatas[0]?.brokerAddrs.get(0)).toBe('10.0.0.7:10911')
  })

  it('learns whether its topics are known', async () => {
    await register({}, bodyOf(two, 3))
    const query = async (counter: number) => {
      const version = encodeDataVersion({ stateVersion: 0, timestamp: 7, counter })
      return (await ask(queryDataVersion, identityOf({}), version)).fields.changed
    }
    expect([await query(3), await query(4)]).toEqual([false, true])
  })
})

describe('a broker leaves the routes', () => {
  it('when it takes leave', async () => {
    await register({}, bodyOf(two))
    await register({ brokerName: 'broker-b', brokerAddr: '10.0.0.2:10911' }, bodyOf(two))
    await ask(unregisterBroker, identityOf({}))
    expect((await routeOf('orders'))?.queueDatas.map(({ brokerName }) => brokerName)).toEqual(['broker-b'])
  })

  it('at once when its connection ends', async () => {
    const connection = await peer()
    await register({}, bodyOf(two), connection)
    expect(await routeOf('orders')).toBeDefined()
    connection.close(new Error('killed'))
    await expect.poll(() => routeOf('orders')).toBeUndefined()
  })

  it('after 120 s of silence, seen by the scan every 10 s', async () => {
    const connection = await peer()
    await register({}, bodyOf(two), connection)
    await clock.advance(100_000)
    await connection.request(brokerHeartbeat, identityOf({}))
    await clock.advance(119_000)
    expect(await routeOf('orders')).toBeDefined()
    await clock.advance(11_000)
    expect(await routeOf('orders')).toBeUndefined()
    await expect.poll(() => connection.closed).toBe(true)
  })

  it('after the silence it asked for itself', async () => {
    await register({ heartbeatTimeoutMillis: 5000 }, bodyOf(two), await peer())
    await clock.advance(10_000)
    expect(await routeOf('orders')).toBeUndefined()
  })

  it('but not because an older connection ends', async () => {
    const older = await peer()
    await register({}, bodyOf(two), older)
    await register(
      { brokerName: 'broker-b', brokerAddr: '10.0.0.2:10911' },
      bodyOf([topic('b'), topic('c')]),
      older,
    )
    await register({}, bodyOf(two))
    older.close()
    await expect.poll(() => routeOf('b')).toBeUndefined()
    expect(await routeOf('orders')).toBeDefined()
  })
})

describe('topics', () => {
  it('without a broker are named in the refusal', async () => {
    const { code, remark } = await ask(getRouteinfoByTopic, { topic: 'nowhere' })
    expect(code).toBe(ResponseCode.TOPIC_NOT_EXIST)
    expect(remark).toMatch(/^No topic route info in name server for the topic: nowhere\nSee /)
  })

  it('have routes in standard JSON for clients that know only that', async () => {
    await register({}, bodyOf(two))
    const { body } = await ask(getRouteinfoByTopic, { topic: 'orders', acceptStandardJsonOnly: true })
    expect(JSON.parse(body.toString()).brokerDatas[0].brokerAddrs).toEqual({ '0': '10.0.0.1:10911' })
  })

  it('are listed, also by cluster, by unit and as system topics', async () => {
    const units = [topic('unit', { topicSysFlag: 1 }), topic('sub', { topicSysFlag: 2 }), topic('plain')]
    await register({}, bodyOf(units))
    const list = async (command: Command, fields = {}) => decodeTopicList((await ask(command, fields)).body)
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
    await register({}, bodyOf(two))
    const queueDatas = [
      { brokerName: 'broker-a', readQueueNums: 1, writeQueueNums: 1, perm: 6, topicSysFlag: 0 },
    ]
    const route = { queueDatas, brokerDatas: [], filterServerTable: new Map() }
    await ask(registerTopicInNamesrv, { topic: 'by-hand' }, encodeTopicRouteData(route))
    expect(await routeOf('by-hand')).toBeDefined()
    await ask(deleteTopicInNamesrv, { topic: 'by-hand', clusterName: 'other' })
    expect(await routeOf('by-hand')).toBeDefined()
    await ask(deleteTopicInNamesrv, { topic: 'by-hand', clusterName: 'DefaultCluster' })
    await ask(deleteTopicInNamesrv, { topic: 'orders' })
    expect([await routeOf('by-hand'), await routeOf('orders')]).toEqual([undefined, undefined])
  })

  it('keep a wiped write permission until their broker changes something', async () => {
    const connection = await peer()
    await register({}, bodyOf(two, 1), connection)
    const { fields } = await ask(wipeWritePermOfBroker, { brokerName: 'broker-a' })
    expect(fields.wipeTopicCount).toBe(2)
    await register({}, bodyOf(two, 1), connection)
    expect((await routeOf('orders'))?.queueDatas[0]?.perm).toBe(4)
    await register({}, bodyOf(two, 2), connection)
    expect((await routeOf('orders'))?.queueDatas[0]?.perm).toBe(6)
  })
})

describe('configuration', () => {
  it('of ordered topics goes to brokers and, when switched on, to clients', async () => {
    const order = { namespace: 'ORDER_TOPIC_CONFIG', key: 'orders', value: 'broker-a:4' }
    await ask(putKvConfig, order)
    const { body } = await register({}, bodyOf(two))
    expect(decodeKVTable(body).table).toEqual(new Map([['orders', 'broker-a:4']]))
    expect((await routeOf('orders'))?.orderTopicConf).toBeUndefined()
    await ask(updateNamesrvConfig, {}, Buffer.from('orderMessageEnable=true\n'))
    expect((await routeOf('orders'))?.orderTopicConf).toBe('broker-a:4')
    expect((await ask(getKvConfig, { namespace: 'ORDER_TOPIC_CONFIG', key: 'x' })).code).toBe(
      ResponseCode.QUERY_NOT_FOUND,
    )
  })

  it('can be read, and changed where that takes effect', async () => {
    const properties = (await ask(getNamesrvConfig, {})).body.toString()
    expect(properties).toContain('orderMessageEnable=false\n')
    const refused = await ask(updateNamesrvConfig, {}, Buffer.from('kvConfigPath=/etc/passwd'))
    expect(refused.code).toBe(ResponseCode.NO_PERMISSION)
  })
})
