import { ResponseCode } from '@rocketeer/protocol'
import { invokeBrokerToResetOffset } from '@rocketeer/protocol/commands'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient } from '../testing/pop-client.js'
import type { TestClient } from '../testing/test-client.js'

let broker: BrokerFixture
let client: TestClient
beforeEach(async () => {
  broker = await BrokerFixture.start()
  client = await broker.client()
})
afterEach(() => broker[Symbol.asyncDispose]())

describe('resetting the offset of a running consumer', () => {
  it('answers the pull that waits, and goes on from there whatever was committed meanwhile', async () => {
    await client.send('orders')
    await client.send('orders')
    await client.consume('readers', { orders: '*' })
    const pull = client.pull('readers', 'orders', 2, { tags: '*', holdMs: 15_000, commitOffset: 2 })
    await expect.poll(() => broker.parts.waitingPulls.size).toBe(1)
    const reset = { group: 'readers', topic: 'orders', queueId: -1, timestamp: 0, isForce: true }
    const answer = await client.connection.request(invokeBrokerToResetOffset, reset)
    expect(answer.code).toBe(ResponseCode.SUCCESS)
    const { code, fields } = await pull
    expect(code).toBe(ResponseCode.PULL_OFFSET_MOVED)
    expect(fields.nextBeginOffset).toBe(0)
    expect((await client.pull('readers', 'orders', 0, { tags: '*' })).messages).toHaveLength(2)
  })

  it('answers the pop that waits, with the messages from there on', async () => {
    const popper = new PopClient(client.connection)
    await client.send('orders')
    await popper.ackAll((await popper.pop('orders')).messages)
    const pop = popper.pop('orders', { queueId: 0, pollTime: 15_000 })
    await expect.poll(() => broker.parts.waitingPops.size).toBe(1)
    const reset = { group: 'readers', topic: 'orders', queueId: -1, timestamp: 0, isForce: true }
    const answer = await client.connection.request(invokeBrokerToResetOffset, reset)
    expect(answer.code).toBe(ResponseCode.SUCCESS)
    expect((await pop).messages).toHaveLength(1)
  })
})
