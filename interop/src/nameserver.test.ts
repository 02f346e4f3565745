import { join } from 'node:path'
import { type Client, connect } from '@rocketeer/client'
import { eventually, TemporaryDirectory } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import { writeTopics } from './cluster/topics-file.js'
import { type PeerKind, startBroker, startNameserver } from './peers/peer.js'
import { ConsumerProgram, goPrograms, javaPrograms, send } from './programs/client-programs.js'

it.each<[PeerKind, PeerKind]>([
  ['ours', 'apache'],
  ['apache', 'ours'],
])('nameserver %s, broker %s: clients find their way', async (nameserverKind, brokerKind) => {
  await using nameserver = await startNameserver(nameserverKind)
  await using broker = await startBroker(brokerKind, { nameservers: [nameserver.address] })
  for (const client of [javaPrograms('JSON'), javaPrograms('ROCKETMQ'), goPrograms]) {
    const topic = `routed_${client.name.replace(/\W+/g, '_')}`
    const names = { nameservers: nameserver.address, group: `${topic}_group`, topic }
    const sent = await send(client, { ...names, count: 8, prefix: 'routed' })
    expect(sent).toHaveLength(8)
    expect(sent.every((line) => line.status === 'SEND_OK' && line.brokerName === 'broker-a')).toBe(true)
    await using consumer = await ConsumerProgram.start(client, names)
    expect(await consumer.received(8)).toHaveLength(8)
  }
  await broker.stop()
})

it('one nameserver of ours, a broker of each: a cluster of both', async () => {
  await using nameserver = await startNameserver('ours')
  const nameservers = [nameserver.address]
  await using apache = await startBroker('apache', { nameservers, brokerName: 'broker-apache' })
  await using ours = await startBroker('ours', { nameservers, brokerName: 'broker-ours' })
  const names = { nameservers: nameserver.address, group: 'both_group', topic: 'both' }
  const sent = await send(goPrograms, { ...names, count: 48, prefix: 'spread' })
  expect(new Set(sent.map((line) => line.status))).toEqual(new Set(['SEND_OK']))
  await using consumer = await ConsumerProgram.start(goPrograms, names)
  const received = await consumer.received(48)
  expect(new Set(received.map((message) => message.body)).size).toBe(48)
  expect(new Set(sent.map((line) => line.brokerName))).toEqual(new Set(['broker-apache', 'broker-ours']))
  await Promise.all([apache.stop(), ours.stop()])
})

const TOPICS = 2_000

/** Registrations in one request or in parts (Apache's options); both at the same nameserver. */
const waysToRegister = {
  whole: {},
  split: { enableSplitRegistration: true, splitRegistrationSize: 300, enableSingleTopicRegister: true },
}

it.each<[PeerKind, PeerKind]>([
  ['ours', 'apache'],
  ['apache', 'ours'],
])(
  'nameserver %s, broker %s: thousands of topics, one more, one less',
  async (nameserverKind, brokerKind) => {
    await using nameserver = await startNameserver(nameserverKind)
    await using client = await connect({ nameservers: nameserver.address })
    await using stores = await TemporaryDirectory.create()
    for (const [way, properties] of Object.entries(waysToRegister)) {
      const storeDirectory = join(stores.path, way)
      await writeTopics(storeDirectory, way, TOPICS)
      await using broker = await startBroker(brokerKind, {
        nameservers: [nameserver.address],
        brokerName: way,
        storeDirectory,
        properties,
        heap: 'least',
      })
      await registersTopics(client, way)
      await broker.stop()
      await eventually(() => isGone(client, `${way}-0`), { withinMs: 20_000 })
    }
  },
)

async function registersTopics(client: Client, brokerName: string): Promise<void> {
  const admin = client.admin()
  const own = async () => (await admin.topics.list()).filter((topic) => topic.startsWith(`${brokerName}-`))
  await eventually(async () => expect(await own()).toHaveLength(TOPICS), { withinMs: 20_000 })
  for (const topic of [`${brokerName}-0`, `${brokerName}-${TOPICS - 1}`]) {
    expect((await admin.topics.route(topic)).queueDatas).toMatchObject([{ brokerName, readQueueNums: 2 }])
  }
  const one = `${brokerName}-one-more`
  await admin.topics.create(one, { queues: 3 })
  await eventually(async () => {
    expect((await admin.topics.route(one)).queueDatas).toMatchObject([{ writeQueueNums: 3, perm: 6 }])
  })
  await admin.topics.update(one, { queues: 5, perm: 4 })
  await eventually(async () => {
    expect((await admin.topics.route(one)).queueDatas).toMatchObject([{ writeQueueNums: 5, perm: 4 }])
  })
  await admin.topics.delete(one)
  expect(await isGone(client, one)).toBe(true)
  expect(await own()).toHaveLength(TOPICS)
}

async function isGone(client: Client, topic: string): Promise<boolean> {
  const failure = await client
    .admin()
    .topics.route(topic)
    .catch((error) => error.code)
  return failure === 'NO_ROUTE'
}
