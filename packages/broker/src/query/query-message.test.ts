import { ResponseCode } from '@rocketeer/protocol'
import { queryMessage } from '@rocketeer/protocol/commands'
import { decodeRecords } from '@rocketeer/protocol/record'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import type { TestClient } from '../testing/test-client.js'

let broker: BrokerFixture
let client: TestClient

beforeEach(async () => {
  broker = await BrokerFixture.start()
  client = await broker.client()
})

afterEach(() => broker[Symbol.asyncDispose]())

async function query(key: string, changes: { uniqueKeyQuery?: boolean; maxNum?: number } = {}) {
  const answer = await client.connection.request(queryMessage, {
    topic: 'orders',
    key,
    maxNum: 32,
    beginTimestamp: 0,
    endTimestamp: Number.MAX_SAFE_INTEGER,
    uniqueKeyQuery: false,
    ...changes,
  })
  if (answer.code !== ResponseCode.SUCCESS) return answer.code
  return decodeRecords(answer.body).map(({ body }) => body.toString())
}

it('finds messages by each of their keys, and by unique id, the newest, in the order they were stored', async () => {
  await client.send('orders', { props: { KEYS: 'k1 k2', UNIQ_KEY: 'U1' }, body: Buffer.from('one') })
  await client.send('orders', { props: { KEYS: 'k2', UNIQ_KEY: 'U2' }, body: Buffer.from('two') })
  expect(await query('k1')).toEqual(['one'])
  expect(await query('k2')).toEqual(['one', 'two'])
  expect(await query('k2', { maxNum: 1 })).toEqual(['two'])
  expect(await query('U2', { uniqueKeyQuery: true })).toEqual(['two'])
  expect(await query('k3')).toBe(ResponseCode.QUERY_NOT_FOUND)
})

it('finds no more than the broker allows, whatever is asked for', async () => {
  for (let i = 0; i < 70; i++) await client.send('orders', { props: { KEYS: 'k', UNIQ_KEY: 'U' } })
  expect(await query('k', { maxNum: 1000 })).toHaveLength(64)
  broker.parts.config.update({ queryMessagesMax: 3 })
  expect(await query('k', { maxNum: 1000 })).toHaveLength(3)
  expect(await query('U', { uniqueKeyQuery: true })).toHaveLength(3)
})

it('answers with what fits a frame, the newest', async () => {
  const body = Buffer.alloc(4 * 1024 * 1024 - 1)
  for (const text of ['1', '2', '3', '4', '5']) {
    body.write(text)
    await client.send('orders', { props: { KEYS: 'k' }, body })
  }
  const found = (await query('k')) as string[]
  expect(found.map((each) => each[0])).toEqual(['3', '4', '5'])
})
