import { eventually } from '@rocketeer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Client, connect, type HandlingLimits, type SubscriptionOptions } from '../index.js'
import { type Given, ScriptedAssignment } from '../testing/scripted-assignment.js'
import { type ScriptedBroker, ScriptedCluster } from '../testing/scripted-cluster.js'

describe('a consumer whose queues a broker divides', () => {
  let cluster: ScriptedCluster
  let broker: ScriptedBroker
  let client: Client
  let assignment: ScriptedAssignment

  beforeEach(async () => {
    cluster = await ScriptedCluster.start()
    cluster.addTopic('orders')
    assignment = new ScriptedAssignment()
    broker = await cluster.addBroker('a', assignment.routes)
    client = await connect({ nameservers: cluster.nameserver })
  })
  afterEach(async () => {
    await client.close()
    await cluster[Symbol.asyncDispose]()
  })

  async function consume(options: Partial<SubscriptionOptions & HandlingLimits> = {}) {
    const consumer = client.consumer({
      group: 'coupon',
      subscribe: { orders: 'paid' },
      startFrom: 'first',
      assignedBy: 'broker',
      rebalanceIntervalMs: 50,
      handle: () => undefined,
      ...options,
    })
    await consumer.ready
    return consumer
  }

  const queueIds = (consumer: { queues: { queueId: number }[] }) =>
    consumer.queues.map(({ queueId }) => queueId).sort()

  it('pulls or pops the queues it is given, and follows changes', async () => {
    assignment.give([1, 'PULL'])
    const consumer = await consume()
    expect(queueIds(consumer)).toEqual([1])
    expect(assignment.asked[0]).toMatchObject({
      topic: 'orders',
      consumerGroup: 'coupon',
      clientId: client.clientId,
      strategyName: 'AVG',
      messageModel: 'CLUSTERING',
    })
    for (const given of [
      [[0, 'POP']],
      [
        [0, 'POP'],
        [1, 'POP'],
      ],
      [[-1, 'POP']],
      [],
      [
        [0, 'PULL'],
        [1, 'PULL'],
      ],
    ] satisfies Given[][]) {
      assignment.give(...given)
      await eventually(() => expect(queueIds(consumer)).toEqual(given.map(([queueId]) => queueId)))
    }
    expect(new Set(assignment.pops.map(({ queueId }) => queueId))).toEqual(new Set([0, 1, -1]))
    expect(assignment.pops[0]).toMatchObject({
      topic: 'orders',
      exp: 'paid',
      expType: 'TAG',
      maxMsgNums: 32,
      invisibleTime: 60_000,
      initMode: 0,
    })
  })

  it('keeps its queues when the broker has no answer', async () => {
    assignment.give([1, 'PULL'])
    const consumer = await consume()
    assignment.giveNothing()
    const asked = assignment.asked.length
    await eventually(() => assignment.asked.length > asked + 2)
    expect(queueIds(consumer)).toEqual([1])
  })

  it('divides them itself when the broker is too old to', async () => {
    assignment.notSupported()
    const consumer = await consume()
    expect(queueIds(consumer)).toEqual([0, 1])
    await eventually(() => broker.pulls.length === 2)
  })

  it('divides them itself in order, broadcasting, or by a function of its own', async () => {
    assignment.give([-1, 'POP'])
    for (const [index, options] of [
      { ordered: true },
      { mode: 'broadcasting' as const },
      { allocate: (queues: readonly never[]) => [...queues] },
    ].entries()) {
      const consumer = await consume({ group: `g${index}`, ...options } as Partial<
        SubscriptionOptions & HandlingLimits
      >)
      await eventually(() => expect(queueIds(consumer)).toEqual([0, 1]))
      await consumer.close()
    }
    expect(assignment.asked).toEqual([])
  })
})
