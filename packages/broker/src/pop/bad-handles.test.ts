import { ResponseCode } from '@rocketeer/protocol'
import { BatchAckMessageRequestBody, batchAckMessage } from '@rocketeer/protocol/commands'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient, type PoppedMessage } from '../testing/pop-client.js'

let broker: BrokerFixture
let popper: PopClient
let popped: PoppedMessage

beforeEach(async () => {
  broker = await BrokerFixture.start()
  const client = await broker.client()
  popper = new PopClient(client.connection)
  for (let i = 0; i < 4; i++) await client.send('orders')
  popped = (await popper.pop('orders', { maxMsgNums: 2 })).messages[0]!
})

afterEach(() => broker[Symbol.asyncDispose]())

/** The handle with some of its words replaced. */
function forged(words: Record<number, string>): PoppedMessage {
  const handle = popped.handle.split(' ')
  for (const [index, word] of Object.entries(words)) handle[Number(index)] = word
  return { ...popped, handle: handle.join(' ') }
}

describe('an acknowledgement is refused', () => {
  it.each([
    ['of another broker', { 5: 'broker-z' }, 'broker-z'],
    ['of a revive queue that is not there', { 3: '77' }, 'revive queue 77'],
    ['of a message never popped', { 0: '3', 7: '3' }, 'was not popped'],
    ['of a message that another pop took', { 7: '3' }, 'was not in the pop'],
  ])('with a handle %s', async (_what, words, reason) => {
    const { code, remark } = await popper.ack(forged(words))
    expect(code).toBe(ResponseCode.MESSAGE_ILLEGAL)
    expect(remark).toContain(reason)
  })

  it.each([
    ['that is not one', 'garbage', '1 word, 8'],
    ['whose numbers are none', '0 now 10000 1 0 broker-a 0 0', 'pop time "now"'],
    ['with an unknown retry mark', '0 1 10000 1 9 broker-a 0 0', 'retry mark "9"'],
    ['with negative numbers', '-1 1 10000 1 0 broker-a 0 0', 'start offset "-1"'],
  ])('with a handle %s', async (_what, extraInfo, reason) => {
    const { code, remark } = await popper.ack(popped, { extraInfo })
    expect(code).toBe(ResponseCode.MESSAGE_ILLEGAL)
    expect(remark).toContain(reason)
  })

  it('when it names another message than its handle', async () => {
    const { code, remark } = await popper.ack(popped, { offset: 1 })
    expect(code).toBe(ResponseCode.MESSAGE_ILLEGAL)
    expect(remark).toContain('the request names message 1')
  })

  it.each([
    ['beyond the queue', { offset: 99 }, ResponseCode.NO_MESSAGE],
    ['of a queue that is not there', { queueId: 99 }, ResponseCode.MESSAGE_ILLEGAL],
    ['of a topic that is not there', { topic: 'nothing' }, ResponseCode.TOPIC_NOT_EXIST],
  ])('of a message %s', async (_what, changes, code) => {
    expect((await popper.ack(popped, changes)).code).toBe(code)
  })
})

describe('a batch of acknowledgements', () => {
  const request = (body: Buffer) => popper.connection.request(batchAckMessage, {}, body)

  it('without content is told so', async () => {
    expect((await request(Buffer.alloc(0))).code).toBe(ResponseCode.NO_MESSAGE)
    expect((await request(Buffer.from('{"acks":[]}'))).code).toBe(ResponseCode.NO_MESSAGE)
    expect((await request(Buffer.from('garbage'))).code).toBe(ResponseCode.SYSTEM_ERROR)
  })

  it('is taken apart: a bad part does not keep the others from counting', async () => {
    const [so, pt, it_, rq] = popped.handle.split(' ').map(Number)
    const numbers = {
      c: 'readers',
      so: so!,
      pt: pt!,
      it: it_!,
      rq: rq!,
      q: 0,
      b: Buffer.of(3).toString('base64'),
    }
    const acks = [
      { ...numbers, t: 'nothing', r: '0' },
      { ...numbers, t: 'orders', r: '7' },
      { ...numbers, t: 'orders', r: '0' },
    ]
    const { code } = await request(BatchAckMessageRequestBody.encode({ brokerName: 'broker-a', acks }))
    expect(code).toBe(ResponseCode.TOPIC_NOT_EXIST)
    expect(broker.parts.checkPoints.size).toBe(0)
  })
})

it('changes no invisible time of what is acknowledged or has come back, or to a time before now', async () => {
  expect((await popper.changeInvisibleTime(popped, -1)).code).toBe(ResponseCode.INVALID_PARAMETER)
  expect((await popper.changeInvisibleTime(forged({ 7: '3' }), 1000)).code).toBe(ResponseCode.MESSAGE_ILLEGAL)
  await popper.ack(popped)
  expect((await popper.changeInvisibleTime(popped, 1000)).code).toBe(ResponseCode.NO_MESSAGE)
})

it.each([
  ['no messages', { maxMsgNums: 0 }, ResponseCode.INVALID_PARAMETER],
  ['more than 32 messages', { maxMsgNums: 33 }, ResponseCode.INVALID_PARAMETER],
  ['a negative invisible time', { invisibleTime: -5 }, ResponseCode.INVALID_PARAMETER],
  ['a queue that is not there', { queueId: 99 }, ResponseCode.INVALID_PARAMETER],
])('refuses a pop of %s', async (_what, changes, code) => {
  expect((await popper.pop('orders', changes)).code).toBe(code)
})

it('brings back the messages of other groups whatever one group does', async () => {
  const other = new PopClient(popper.connection, 'others')
  await other.pop('orders')
  await popper.ack(popped, { extraInfo: 'garbage' })
  await broker.parts.groups.delete('readers')
  broker.parts.config.update({ autoCreateGroups: false })
  await broker.clock.advance(10_200)
  const again = await other.pop('orders', { pollTime: 1000 })
  expect(again.code).toBe(ResponseCode.SUCCESS)
  await expect.poll(() => broker.parts.store.maxOffset('%RETRY%others_orders', 0)).toBe(4)
  expect(broker.parts.topics.has('%RETRY%readers_orders')).toBe(false)
})
