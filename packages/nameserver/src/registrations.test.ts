import { ResponseCode } from '@rocketeer/protocol'
import { CompressedRegisterBrokerBody, DataVersion, RegisterBrokerBody } from '@rocketeer/protocol/bodies'
import {
  brokerHeartbeat,
  ClusterInfo,
  GetBrokerMemberGroupResponseBody,
  getBrokerClusterInfo,
  getBrokerMemberGroup,
  queryDataVersion,
  registerBroker,
  unregisterBroker,
} from '@rocketeer/protocol/commands'
import { bodyCrc } from '@rocketeer/protocol/record'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bodyOf, identityOf, NameserverFixture, topic } from './testing/nameserver-fixture.js'

let fixture: NameserverFixture

beforeEach(async () => {
  fixture = await NameserverFixture.start()
})
afterEach(() => fixture.close())

const two = [topic('orders'), topic('payments')]

describe('a registered broker', () => {
  it('is in the routes of its topics', async () => {
    expect((await fixture.register({}, bodyOf(two))).code).toBe(ResponseCode.SUCCESS)
    expect(await fixture.routeOf('orders')).toEqual({
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
    await fixture.register({}, bodyOf(two))
    await fixture.register(
      { brokerName: 'broker-b', brokerAddr: '10.0.0.2:10911' },
      bodyOf([topic('orders'), topic('b')]),
    )
    const route = await fixture.routeOf('orders')
    expect(route?.queueDatas.map(({ brokerName }) => brokerName)).toEqual(['broker-a', 'broker-b'])
    const cluster = ClusterInfo.decode((await fixture.ask(getBrokerClusterInfo, {})).body)
    expect(cluster.clusterAddrTable).toEqual(new Map([['DefaultCluster', ['broker-a', 'broker-b']]]))
    expect(cluster.brokerAddrTable.get('broker-b')?.brokerAddrs).toEqual(new Map([[0, '10.0.0.2:10911']]))
  })

  it('may compress what it sends', async () => {
    const body = CompressedRegisterBrokerBody.encode(bodyOf(two))
    const { code } = await fixture.ask(
      registerBroker,
      { ...identityOf({}), compressed: true, bodyCrc32: bodyCrc(body) },
      body,
    )
    expect(code).toBe(ResponseCode.SUCCESS)
    expect((await fixture.routeOf('payments'))?.queueDatas).toHaveLength(1)
  })

  it('is refused when the checksum of its body does not match', async () => {
    const body = RegisterBrokerBody.encode(bodyOf(two))
    const { code, remark } = await fixture.ask(
      registerBroker,
      { ...identityOf({}), compressed: false, bodyCrc32: bodyCrc(body) + 1 },
      body,
    )
    expect([code, remark]).toEqual([ResponseCode.SYSTEM_ERROR, 'crc32 not match'])
    expect(await fixture.routeOf('orders')).toBeUndefined()
  })

  it('may register a single topic only after all its topics', async () => {
    expect((await fixture.register({}, bodyOf([topic('new')]))).code).toBe(ResponseCode.SYSTEM_ERROR)
    expect(ClusterInfo.decode((await fixture.ask(getBrokerClusterInfo, {})).body).clusterAddrTable.size).toBe(
      0,
    )
    const connection = await fixture.peer()
    await fixture.register({}, bodyOf(two), connection)
    await fixture.register({}, bodyOf([topic('new')], 2), connection)
    expect(await fixture.routeOf('new')).toBeDefined()
    expect(await fixture.routeOf('orders')).toBeDefined()
  })

  it('is found by its slave through the registration', async () => {
    await fixture.register({}, bodyOf(two))
    const slave = { brokerId: 1, brokerAddr: '10.0.0.9:10911', haServerAddr: '10.0.0.9:10912' }
    const { fields } = await fixture.register(slave, bodyOf([topic('only-on-slave'), topic('x')]))
    expect(fields).toEqual({ haServerAddr: '10.0.0.1:10912', masterAddr: '10.0.0.1:10911' })
    expect(await fixture.routeOf('only-on-slave')).toBeUndefined()
    const { body } = await fixture.ask(getBrokerMemberGroup, {
      clusterName: 'DefaultCluster',
      brokerName: 'broker-a',
    })
    expect(GetBrokerMemberGroupResponseBody.decode(body).brokerMemberGroup?.brokerAddrs).toEqual(
      new Map([
        [0, '10.0.0.1:10911'],
        [1, '10.0.0.9:10911'],
      ]),
    )
  })

  it('is not replaced by a broker with an older state', async () => {
    await fixture.register({}, bodyOf(two, 1, 5))
    await fixture.register({ brokerAddr: '10.0.0.7:10911' }, bodyOf(two, 9, 4))
    expect((await fixture.routeOf('orders'))?.brokerDatas[0]?.brokerAddrs.get(0)).toBe('10.0.0.1:10911')
    await fixture.register({ brokerAddr: '10.0.0.7:10911' }, bodyOf(two, 9, 6))
    expect((await fixture.routeOf('orders'))?.brokerDatas[0]?.brokerAddrs.get(0)).toBe('10.0.0.7:10911')
  })

  it('learns whether its topics have changed since its registration', async () => {
    await fixture.register({}, bodyOf(two, 3))
    const query = async (counter: number) => {
      const version = DataVersion.encode({ stateVersion: 0, timestamp: 7, counter })
      return (await fixture.ask(queryDataVersion, identityOf({}), version)).fields.changed
    }
    expect([await query(3), await query(4)]).toEqual([false, true])
  })
})

describe('a broker leaves the routes', () => {
  it('when it unregisters', async () => {
    await fixture.register({}, bodyOf(two))
    await fixture.register({ brokerName: 'broker-b', brokerAddr: '10.0.0.2:10911' }, bodyOf(two))
    await fixture.ask(unregisterBroker, identityOf({}))
    expect((await fixture.routeOf('orders'))?.queueDatas.map(({ brokerName }) => brokerName)).toEqual([
      'broker-b',
    ])
  })

  it('at once when its connection ends', async () => {
    const connection = await fixture.peer()
    await fixture.register({}, bodyOf(two), connection)
    expect(await fixture.routeOf('orders')).toBeDefined()
    connection.close(new Error('killed'))
    await expect.poll(() => fixture.routeOf('orders')).toBeUndefined()
  })

  it('after 120 s of silence', async () => {
    const connection = await fixture.peer()
    await fixture.register({}, bodyOf(two), connection)
    await fixture.clock.advance(100_000)
    await connection.request(brokerHeartbeat, identityOf({}))
    await fixture.clock.advance(119_000)
    expect(await fixture.routeOf('orders')).toBeDefined()
    await fixture.clock.advance(11_000)
    expect(await fixture.routeOf('orders')).toBeUndefined()
    await expect.poll(() => connection.closed).toBe(true)
  })

  it('after the silence that it registered', async () => {
    await fixture.register({ heartbeatTimeoutMillis: 5000 }, bodyOf(two), await fixture.peer())
    await fixture.clock.advance(10_000)
    expect(await fixture.routeOf('orders')).toBeUndefined()
  })

  it('but not when an older connection of its ends', async () => {
    const older = await fixture.peer()
    await fixture.register({}, bodyOf(two), older)
    await fixture.register(
      { brokerName: 'broker-b', brokerAddr: '10.0.0.2:10911' },
      bodyOf([topic('b'), topic('c')]),
      older,
    )
    await fixture.register({}, bodyOf(two))
    older.close()
    await expect.poll(() => fixture.routeOf('b')).toBeUndefined()
    expect(await fixture.routeOf('orders')).toBeDefined()
  })
})
