import {
  type Allocate,
  type AllocationName,
  allocateByMachineRoom,
  allocateNearby,
  type Consumer,
  type MessageQueue,
  queueKey,
} from '@rocketeer/client'
import { eventually } from '@rocketeer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OwnCluster } from '../own-cluster.js'

const TOPIC = 'orders'
const BROKERS = ['hz@a', 'hz@b', 'sh@a']
const roomOf = (name: string) => name.split('@')[0]!

let cluster: OwnCluster
let queues: MessageQueue[]

beforeEach(async () => {
  cluster = await OwnCluster.start(BROKERS)
  const admin = (await cluster.connect()).admin()
  await admin.topics.create(TOPIC, { queues: 4 })
  queues = await admin.topics.queues(TOPIC)
})
afterEach(() => cluster[Symbol.asyncDispose]())

async function join(clientId: string, allocate: AllocationName | Allocate): Promise<Consumer> {
  const client = await cluster.connect({ clientId })
  return client.consumer({
    group: 'g',
    subscribe: { [TOPIC]: '*' },
    allocate,
    rebalanceIntervalMs: 300,
    pullWaitMs: 300,
    handle: () => {},
  })
}

const keysOf = (each: readonly MessageQueue[]) => each.map(queueKey).sort()
const owned = (members: readonly Consumer[]) =>
  members.flatMap((member) => member.queues.filter(({ topic }) => topic === TOPIC))

/** Waits until the members have every one of these queues, each once. */
const shared = (members: readonly Consumer[], all = queues) =>
  eventually(() => expect(keysOf(owned(members))).toEqual(keysOf(all)), { withinMs: 20_000 })

describe('members of a group that come and go', () => {
  it.each<[string, AllocationName | Allocate]>([
    ['average', 'average'],
    ['circle', 'circle'],
    ['consistent-hash', 'consistent-hash'],
    [
      'nearby',
      allocateNearby({
        roomOfQueue: ({ brokerName }) => roomOf(brokerName),
        roomOfClient: roomOf,
        within: 'circle',
      }),
    ],
  ])(
    'have every queue once, by %s',
    async (_name, allocate) => {
      const members = [await join('hz@1', allocate)]
      await shared(members)
      for (const clientId of ['hz@2', 'sh@1', 'sh@2']) members.push(await join(clientId, allocate))
      await shared(members)
      for (const left of members.splice(1, 2)) await left.close()
      await shared(members)
      await cluster.stopBroker('hz@b')
      await shared(
        members,
        queues.filter(({ brokerName }) => brokerName !== 'hz@b'),
      )
      await cluster.startBroker('hz@b')
      await shared(members)
    },
    60_000,
  )

  it('leave the queues of other machine rooms alone', async () => {
    const allocate = allocateByMachineRoom({ rooms: ['hz'] })
    const members = [await join('1', allocate), await join('2', allocate)]
    const near = queues.filter(({ brokerName }) => roomOf(brokerName) === 'hz')
    expect(near).toHaveLength(8)
    await shared(members, near)
    expect(members.map((member) => owned([member]).length)).toEqual([4, 4])
  })

  it('report an unknown machine room, and keep the queues they have', async () => {
    let known = true
    const allocate = allocateNearby({ roomOfQueue: () => 'hz', roomOfClient: () => (known ? 'hz' : '') })
    const consumer = await join('1', allocate)
    const problems: unknown[] = []
    consumer.on('problem', (problem) => problems.push(problem))
    await shared([consumer])
    known = false
    await eventually(() =>
      expect(problems).toContainEqual(expect.objectContaining({ code: 'MACHINE_ROOM_UNKNOWN' })),
    )
    expect(keysOf(owned([consumer]))).toEqual(keysOf(queues))
  })
})
