import { defineCommand, RequestCode, ResponseCode } from '@rocketeer/protocol'
import { KVTable } from '@rocketeer/protocol/bodies'
import {
  checkRocksdbCqWriteProgress,
  getBrokerConfig,
  getBrokerHaStatus,
  getBrokerRuntimeInfo,
  getColdDataFlowCtrInfo,
  getTimerMetrics,
  HARuntimeInfo,
  recallMessage,
  resetMasterFlushOffset,
  switchTimerEngine,
  TimerMetrics,
  updateBrokerConfig,
} from '@rocketeer/protocol/commands'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import type { TestClient } from '../testing/test-client.js'
import { TestTransactions } from '../testing/test-transactions.js'
import { unsupported } from './unsupported.js'

let broker: BrokerFixture
let client: TestClient

beforeEach(async () => {
  broker = await BrokerFixture.start()
  client = await broker.client()
})
afterEach(() => broker[Symbol.asyncDispose]())

const figures = async () => {
  const { body } = await client.connection.request(getBrokerRuntimeInfo, {})
  return Object.fromEntries(KVTable.decode(body).table)
}

describe('messages that wait for a time', () => {
  const later = (topic: string, delaySeconds: number) =>
    client.send(topic, { props: { TIMER_DELAY_SEC: String(delaySeconds) } })
  const counts = async () => {
    const { body } = await client.connection.request(getTimerMetrics, {})
    return Object.fromEntries(
      [...TimerMetrics.decode(body).timingCount].map(([topic, { count }]) => [topic, count]),
    )
  }

  it('are not counted once they are recalled', async () => {
    await later('orders', 90)
    const { recallHandle } = (await later('orders', 90)).fields
    const fields = { topic: 'orders', recallHandle: recallHandle!, producerGroup: 'producers' }
    await client.connection.request(recallMessage, fields)
    await broker.clock.advance(1_000)
    expect(await counts()).toEqual({ orders: 1 })
  })

  it('are counted by topic', async () => {
    expect(await counts()).toEqual({})
    for (let i = 0; i < 20; i++) await later(i % 4 === 0 ? 'coupons' : 'orders', 10 + (i % 3) * 60)
    expect(await counts()).toEqual({ coupons: 5, orders: 15 })
    await broker.clock.advance(10_000)
    expect(await counts()).toEqual({ coupons: 3, orders: 10 })
    await broker.restart()
    client = await broker.client()
    expect(await counts()).toEqual({ coupons: 3, orders: 10 })
    await broker.clock.advance(120_000)
    expect(await counts()).toEqual({})
  })

  it('are measured as they come and go', async () => {
    for (let i = 0; i < 30; i++) await later('orders', 5)
    expect(await figures()).toMatchObject({ timerCongestNum: '30', timerDequeueTps: '0.0' })
    await broker.clock.advance(10_000)
    expect(await figures()).toMatchObject({
      timerCongestNum: '0',
      timerEnqueueTps: '3.0',
      timerDequeueTps: '3.0',
    })
  })

  it('are kept in files, whatever engine is asked for', async () => {
    const ask = (timerEngineType?: string) =>
      client.connection.request(switchTimerEngine, { timerEngineType })
    expect((await ask('F')).code).toBe(ResponseCode.SUCCESS)
    for (const engine of ['R', 'X', undefined])
      expect((await ask(engine)).code).toBe(ResponseCode.INVALID_PARAMETER)
  })
})

it('counts half messages of open transactions', async () => {
  const transactions = await TestTransactions.start(broker)
  const halves = [await transactions.begin('orders', 'a'), await transactions.begin('orders', 'b')]
  expect((await figures()).halfMessagesPending).toBe('2')
  await transactions.end(halves[0]!, 'commit')
  expect((await figures()).halfMessagesPending).toBe('1')
  await transactions.end(halves[1]!, 'rollback')
  expect((await figures()).halfMessagesPending).toBe('0')
})

describe('a master without slaves', () => {
  it('says so', async () => {
    await client.send('orders')
    const { body } = await client.connection.request(getBrokerHaStatus, {})
    expect(HARuntimeInfo.decode(body)).toMatchObject({
      master: true,
      masterCommitLogMaxOffset: broker.parts.store.stats.maxPhysicalOffset,
      haConnectionInfo: [],
    })
    expect((await client.connection.request(resetMasterFlushOffset, { masterFlushOffset: 0 })).code).toBe(0)
  })

  it('has no RocksDB and limits no reads', async () => {
    const asked = { topic: 'orders', checkStoreTime: 0 }
    const checked = await client.connection.request(checkRocksdbCqWriteProgress, asked)
    expect(JSON.parse(checked.body.toString())).toMatchObject({ checkStatus: 3 })
    const limits = await client.connection.request(getColdDataFlowCtrInfo, {})
    expect(JSON.parse(limits.body.toString())).toMatchObject({ runtimeTable: {}, configTable: {} })
  })
})

it('gives a reason only for what it does not answer', async () => {
  const answered = broker.codes.filter((code) => unsupported.has(code))
  expect(answered).toEqual([])
  for (const [code, reason] of unsupported) expect(reason, String(code)).toMatch(/^[a-z].{20,}/)
  const response = await client.connection.request(defineCommand({ code: RequestCode.AUTH_LIST_USER }), {})
  expect(response).toMatchObject({ code: 3, remark: expect.stringContaining('users and access rules') })
})

it('keeps changed options over a restart, and names them and their file', async () => {
  const asked = Buffer.from('defaultTopicQueueNums=3\n')
  expect((await client.connection.request(updateBrokerConfig, {}, asked)).code).toBe(ResponseCode.SUCCESS)
  await broker.restart()
  client = await broker.client()
  const text = (await client.connection.request(getBrokerConfig, {})).body.toString()
  expect(text).toContain('defaultTopicQueueNums=3\n')
  expect(text).toContain('updatedOptions=defaultTopicQueueNums\n')
  expect(text).toMatch(/brokerConfigPath=.+broker-updates\.conf\n/)
})
