import { ResponseCode } from '@rocketeer/protocol'
import { pollingInfo } from '@rocketeer/protocol/commands'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient } from '../testing/pop-client.js'
import type { TestClient } from '../testing/test-client.js'

let broker: BrokerFixture
let client: TestClient
let popper: PopClient

beforeEach(async () => {
  broker = await BrokerFixture.start()
  client = await broker.client()
  popper = new PopClient(client.connection)
  await client.send('orders', { body: Buffer.from('first') })
  await popper.ackAll((await popper.pop('orders')).messages)
})

afterEach(() => broker[Symbol.asyncDispose]())

const waiting = (count: number) => expect.poll(() => broker.parts.waitingPops.size).toBe(count)
const bodies = (messages: readonly { body: Buffer }[]) => messages.map(({ body }) => body.toString())

describe('a pop that finds nothing', () => {
  it('waits for a message in any queue', async () => {
    const popped = popper.pop('orders', { pollTime: 15_000 })
    await waiting(1)
    await client.send('orders', { queueId: 3, body: Buffer.from('later') })
    expect(bodies((await popped).messages)).toEqual(['later'])
  })

  it('waits for a message in its queue', async () => {
    const popped = popper.pop('orders', { pollTime: 15_000, queueId: 1 })
    await waiting(1)
    await client.send('orders', { queueId: 0 })
    await client.send('orders', { queueId: 1, body: Buffer.from('later') })
    expect(bodies((await popped).messages)).toEqual(['later'])
  })

  it('goes on waiting while only others are sent than it wants', async () => {
    const popped = popper.pop('orders', { pollTime: 15_000, exp: 'a', expType: 'TAG' })
    await waiting(1)
    await client.send('orders', { props: { TAGS: 'b' } })
    await waiting(1)
    await client.send('orders', { props: { TAGS: 'a' }, body: Buffer.from('wanted') })
    expect(bodies((await popped).messages)).toEqual(['wanted'])
  })

  it('is woken one for each message', async () => {
    const pops = [1, 2, 3].map(() => popper.pop('orders', { pollTime: 15_000, maxMsgNums: 1 }))
    await waiting(3)
    for (const body of ['a', 'b']) await client.send('orders', { body: Buffer.from(body) })
    await waiting(1)
    await client.send('orders', { body: Buffer.from('c') })
    const messages = (await Promise.all(pops)).flatMap((popped) => popped.messages)
    expect(bodies(messages).sort()).toEqual(['a', 'b', 'c'])
  })

  it('gets what others have not acknowledged', async () => {
    const other = new PopClient((await broker.client()).connection)
    await client.send('orders', { body: Buffer.from('taken') })
    expect((await other.pop('orders')).messages).toHaveLength(1)
    const popped = popper.pop('orders', { pollTime: 15_000 })
    await waiting(1)
    await broker.clock.advance(10_200)
    expect(bodies((await popped).messages)).toEqual(['taken'])
  })

  it('is told so when its time is up, and no timer is left behind', async () => {
    const timers = broker.clock.pending
    const popped = popper.pop('orders', { pollTime: 15_000 })
    await waiting(1)
    await broker.clock.advance(15_000)
    const { code, remark, fields } = await popped
    expect(code).toBe(ResponseCode.POLLING_TIMEOUT)
    expect(remark).toBe('NO_MESSAGE_IN_QUEUE')
    expect(fields).toMatchObject({ restNum: 0, invisibleTime: 10_000 })
    expect(broker.clock.pending).toBeLessThanOrEqual(timers)
  })

  it('is forgotten with its connection', async () => {
    const other = new PopClient((await broker.client()).connection)
    const popped = other.pop('orders', { pollTime: 15_000 })
    await waiting(1)
    other.connection.close()
    await expect(popped).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
    await waiting(0)
  })

  it('is refused when too many wait', async () => {
    broker.parts.config.update({ waitingPopsPerQueueMax: 1 })
    popper.pop('orders', { pollTime: 15_000 }).catch(() => {})
    await waiting(1)
    expect((await popper.pop('orders', { pollTime: 15_000 })).code).toBe(ResponseCode.POLLING_FULL)
    const info = await client.connection.request(pollingInfo, {
      consumerGroup: 'readers',
      topic: 'orders',
      queueId: -1,
    })
    expect(info.fields.pollingNum).toBe(1)
  })

  it('is not even looked at when its client has given up', async () => {
    await client.send('orders')
    const bornTime = broker.clock.now() - 20_000
    const late = await popper.pop('orders', { pollTime: 15_000, bornTime })
    expect(late.code).toBe(ResponseCode.POLLING_TIMEOUT)
    expect(late.messages).toEqual([])
  })
})

describe('too many messages in flight', () => {
  it('keep one group from popping, not the others', async () => {
    broker.parts.config.update({ popCheckPointsMax: 8 })
    for (let i = 0; i < 3; i++) await client.send('orders')
    for (let i = 0; i < 2; i++)
      expect((await popper.pop('orders', { maxMsgNums: 1 })).messages).toHaveLength(1)
    const refused = await popper.pop('orders')
    expect(refused.code).toBe(ResponseCode.POLLING_FULL)
    expect(refused.remark).toContain('popCkMaxBufferSize')
    expect((await new PopClient(client.connection, 'others').pop('orders')).messages).not.toEqual([])
    await broker.clock.advance(10_200)
    await expect.poll(async () => (await popper.pop('orders')).code).toBe(ResponseCode.SUCCESS)
  })
})

describe('a notification', () => {
  it('comes at once when there is something, else with the message or when its time is up', async () => {
    await client.send('orders')
    expect((await popper.notification('orders')).fields.hasMsg).toBe(true)
    await popper.pop('orders')
    expect((await popper.notification('orders')).fields.hasMsg).toBe(false)
    const notified = popper.notification('orders', { pollTime: 9000 })
    await client.send('orders')
    expect((await notified).fields).toEqual({ hasMsg: true, pollingFull: false })
    await popper.pop('orders', { invisibleTime: 60_000 })
    const inVain = popper.notification('orders', { pollTime: 5000 })
    await expect.poll(() => broker.parts.waitingNotifications.size).toBe(1)
    await broker.clock.advance(5000)
    expect((await inVain).fields.hasMsg).toBe(false)
  })
})
