import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Broker, type BrokerOptions } from '@rocketeer/broker'
import { ManualClock, Resources } from '@rocketeer/foundation'
import { Nameserver } from '@rocketeer/nameserver'
import { ResponseCode } from '@rocketeer/protocol'
import { TopicRouteData } from '@rocketeer/protocol/bodies'
import {
  ClusterInfo,
  getBrokerClusterInfo,
  getRouteinfoByTopic,
  updateBrokerConfig,
} from '@rocketeer/protocol/commands'
import { RemotingClient } from '@rocketeer/remoting'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let resources: Resources
let clock: ManualClock
let client: RemotingClient

beforeEach(() => {
  resources = new Resources()
  clock = new ManualClock()
  client = resources.use(new RemotingClient())
})
afterEach(() => resources.close())

async function startNameserver(port = 0): Promise<Nameserver> {
  return resources.use(await Nameserver.start({ host: '127.0.0.1', port, clock }))
}

async function startBroker(nameservers: string[], options: Partial<BrokerOptions> = {}): Promise<Broker> {
  const directory = await mkdtemp(join(tmpdir(), 'rocketeer-test-'))
  resources.defer(() => rm(directory, { recursive: true, force: true }))
  const place = { directory, host: '127.0.0.1', port: 0, nameservers }
  return resources.use(await Broker.start({ brokerName: 'broker-a', clock, ...place, ...options }))
}

/** Broker names in the order of their registration. */
async function brokersAt(nameserver: Nameserver): Promise<string[]> {
  const { body } = await client.request(nameserver.address, getBrokerClusterInfo, {})
  return [...ClusterInfo.decode(body).brokerAddrTable.keys()]
}

async function permissionAt(nameserver: Nameserver, topic: string): Promise<number | undefined> {
  const { code, body } = await client.request(nameserver.address, getRouteinfoByTopic, { topic })
  return code === ResponseCode.SUCCESS ? TopicRouteData.decode(body).queueDatas[0]?.perm : undefined
}

async function setPermission(broker: Broker, permission: number): Promise<void> {
  const body = Buffer.from(`brokerPermission=${permission}\n`)
  const { code } = await client.request(broker.address, updateBrokerConfig, {}, body)
  expect(code).toBe(ResponseCode.SUCCESS)
}

describe('a broker registers', () => {
  it('with every nameserver, and with one that was down as soon as it is up', async () => {
    const first = await startNameserver()
    const second = await startNameserver()
    const { port } = second
    await second.close()
    await startBroker([first.address, second.address])
    expect(await brokersAt(first)).toEqual(['broker-a'])
    const late = await startNameserver(port)
    await clock.advance(5000)
    expect(await brokersAt(late)).toEqual(['broker-a'])
  })

  it('again after a restart of its nameserver', async () => {
    const nameserver = await startNameserver()
    await startBroker([nameserver.address])
    await nameserver.close()
    const restarted = await startNameserver(nameserver.port)
    await clock.advance(5000)
    expect(await brokersAt(restarted)).toEqual(['broker-a'])
    expect(await permissionAt(restarted, 'TBW102')).toBe(7)
  })

  it('beside other brokers of its cluster', async () => {
    const nameserver = await startNameserver()
    await startBroker([nameserver.address])
    const other = await startBroker([nameserver.address], { brokerName: 'broker-b' })
    expect(await brokersAt(nameserver)).toEqual(['broker-a', 'broker-b'])
    await other.close()
    expect(await brokersAt(nameserver)).toEqual(['broker-a'])
  })

  it('in several requests when it has too many topics for one', async () => {
    const nameserver = await startNameserver()
    const broker = await startBroker([nameserver.address], {
      splitRegistration: true,
      splitRegistrationTopicsMax: 2,
    })
    const route = (topic: string) => permissionAt(nameserver, topic)
    expect(await Promise.all(['TBW102', 'BenchmarkTest', 'broker-a'].map(route))).toEqual([7, 6, 7])
    // The nameserver takes over every part of a later registration, too.
    await clock.advance(10)
    await setPermission(broker, 4)
    await clock.advance(1)
    await expect
      .poll(() => Promise.all(['BenchmarkTest', 'broker-a', 'DefaultCluster'].map(route)))
      .toEqual([4, 4, 4])
  })

  it('its permission, also when that changes', async () => {
    const nameserver = await startNameserver()
    const broker = await startBroker([nameserver.address])
    expect(await permissionAt(nameserver, 'BenchmarkTest')).toBe(6)
    await clock.advance(1)
    await setPermission(broker, 4)
    await clock.advance(1)
    expect(await permissionAt(nameserver, 'BenchmarkTest')).toBe(4)
    await clock.advance(1)
    await setPermission(broker, 6)
    await clock.advance(1)
    expect(await permissionAt(nameserver, 'BenchmarkTest')).toBe(6)
  })
})
