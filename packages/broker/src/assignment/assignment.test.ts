import { ResponseCode } from '@rocketeer/protocol'
import {
  getAllMessageRequestMode,
  MessageRequestModeSerializeWrapper,
  QueryAssignmentRequestBody,
  QueryAssignmentResponseBody,
  queryAssignment,
  SetMessageRequestModeRequestBody,
  setMessageRequestMode,
} from '@rocketeer/protocol/commands'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import type { TestClient } from '../testing/test-client.js'

let broker: BrokerFixture
let clients: TestClient[]

beforeEach(async () => {
  broker = await BrokerFixture.start()
  clients = await Promise.all([broker.client(), broker.client(), broker.client()])
  await clients[0]!.send('orders', { defaultTopicQueueNums: 8 })
  for (const client of clients) await client.consume('readers', { orders: '*' })
})

afterEach(() => broker[Symbol.asyncDispose]())

async function assignmentOf(client: TestClient, asked: Partial<QueryAssignmentRequestBody> = {}) {
  const clientId = `client-${client.connection.id}`
  const body = QueryAssignmentRequestBody.encode({
    topic: 'orders',
    consumerGroup: 'readers',
    clientId,
    strategyName: 'AVG',
    messageModel: 'CLUSTERING',
    ...asked,
  })
  const answer = await client.connection.request(queryAssignment, {}, body)
  expect(answer.code).toBe(ResponseCode.SUCCESS)
  if (answer.body.toString() === '{}') return undefined
  const { messageQueueAssignments = [] } = QueryAssignmentResponseBody.decode(answer.body)
  return {
    modes: [...new Set(messageQueueAssignments.map(({ mode }) => mode))],
    queueIds: messageQueueAssignments.map(({ messageQueue }) => messageQueue!.queueId),
  }
}

function setMode(mode: string, popShareQueueNum: number, topic = 'orders') {
  const body = SetMessageRequestModeRequestBody.encode({
    topic,
    consumerGroup: 'readers',
    mode,
    popShareQueueNum,
  })
  return clients[0]!.connection.request(setMessageRequestMode, {}, body)
}

describe('a group that pulls', () => {
  it.each(['AVG', 'AVG_BY_CIRCLE', 'CONSISTENT_HASH'])(
    'has its queues shared out (%s)',
    async (strategyName) => {
      const shares = await Promise.all(clients.map((client) => assignmentOf(client, { strategyName })))
      expect(shares.flatMap((share) => share!.queueIds).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
      expect(new Set(shares.flatMap((share) => share!.modes))).toEqual(new Set(['PULL']))
      if (strategyName !== 'CONSISTENT_HASH')
        expect(shares.map((share) => share!.queueIds.length).sort()).toEqual([2, 3, 3])
    },
  )

  it('gives everything to everybody when it broadcasts', async () => {
    const share = await assignmentOf(clients[0]!, { messageModel: 'BROADCASTING' })
    expect(share!.queueIds).toHaveLength(8)
  })

  it('is told nothing where there is no answer, so that clients keep what they have', async () => {
    expect(await assignmentOf(clients[0]!, { strategyName: 'MACHINE_ROOM' })).toBeUndefined()
    expect(await assignmentOf(clients[0]!, { topic: 'nothing' })).toBeUndefined()
    expect(await assignmentOf(clients[0]!, { consumerGroup: 'strangers' })).toBeUndefined()
  })
})

describe('a group that pops', () => {
  it('takes from all queues', async () => {
    expect((await setMode('POP', 0)).code).toBe(ResponseCode.SUCCESS)
    for (const client of clients)
      expect(await assignmentOf(client)).toEqual({ modes: ['POP'], queueIds: [-1] })
  })

  it('shares queues with as many others as wanted', async () => {
    await setMode('POP', 1)
    const shares = await Promise.all(clients.map((client) => assignmentOf(client)))
    const times = new Map<number, number>()
    for (const queueId of shares.flatMap((share) => share!.queueIds))
      times.set(queueId, (times.get(queueId) ?? 0) + 1)
    expect([...times.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(new Set(times.values())).toEqual(new Set([2]))
  })

  it('still does after a restart, and may be made to pull again', async () => {
    await setMode('POP', 0)
    await broker.restart()
    const client = await broker.client()
    clients = [client]
    await client.consume('readers', { orders: '*' })
    expect((await assignmentOf(client))!.modes).toEqual(['POP'])
    const all = await client.connection.request(getAllMessageRequestMode, {})
    const { messageRequestModeMap } = MessageRequestModeSerializeWrapper.decode(all.body)
    expect(messageRequestModeMap.get('orders')?.get('readers')?.mode).toBe('POP')
    await setMode('PULL', 0)
    expect((await assignmentOf(client))!.modes).toEqual(['PULL'])
  })
})

it('refuses a mode that is none, and of topics that are not there or are always pulled', async () => {
  expect((await setMode('PUSH', 0)).code).toBe(ResponseCode.INVALID_PARAMETER)
  expect((await setMode('POP', 0, 'nothing')).code).toBe(ResponseCode.TOPIC_NOT_EXIST)
  expect((await setMode('POP', 0, '%RETRY%readers')).code).toBe(ResponseCode.NO_PERMISSION)
})
