import { encodeRecallHandle, ResponseCode } from '@rocketeer/protocol'
import { recallMessage } from '@rocketeer/protocol/commands'
import { decodeProperties } from '@rocketeer/protocol/record'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import type { TestClient } from '../testing/test-client.js'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

let broker: BrokerFixture
let client: TestClient

beforeEach(async () => {
  broker = await BrokerFixture.start()
  client = await broker.client()
})

afterEach(() => broker[Symbol.asyncDispose]())

const sendTimed = (body: string, props: Record<string, string>) =>
  client.send('orders', { props: { TAGS: 'paid', ...props }, body: Buffer.from(body) })

const sendIn = (delayMs: number, body: string) =>
  sendTimed(body, { TIMER_DELIVER_MS: String(broker.clock.now() + delayMs) })

const recall = (recallHandle: string | undefined, topic = 'orders') =>
  client.connection.request(recallMessage, { topic, recallHandle: recallHandle!, producerGroup: 'producers' })

async function restart(downMs = 0): Promise<void> {
  await broker.stop()
  await broker.clock.advance(downMs)
  await broker.restart()
  client = await broker.client()
}

/** Everything in the queue; what lies on disk and what is in memory may come with different pulls. */
async function arrived(): Promise<string[]> {
  const bodies: string[] = []
  for (;;) {
    const { messages } = await client.pull('tools', 'orders', bodies.length, { tags: '*' })
    if (messages.length === 0) return bodies
    bodies.push(...messages.map(({ body }) => body.toString()))
  }
}

describe('a message with a delivery time', () => {
  it.each([
    ['TIMER_DELIVER_MS', () => String(broker.clock.now() + 90_500)],
    ['TIMER_DELAY_MS', () => '90500'],
  ])('arrives at the millisecond that %s says', async (name, value) => {
    const sent = await sendTimed('later', { [name]: value() })
    expect(sent.code).toBe(ResponseCode.SUCCESS)
    expect(sent.fields).toMatchObject({ queueId: 0, recallHandle: expect.any(String) })
    await broker.clock.advance(90_499)
    expect(await arrived()).toEqual([])
    await broker.clock.advance(1)
    expect(await arrived()).toEqual(['later'])
  })

  it('arrives after TIMER_DELAY_SEC, with everything its sender gave it', async () => {
    const sentAt = broker.clock.now()
    await sendTimed('later', { TIMER_DELAY_SEC: '90', KEYS: 'order-1', UNIQ_KEY: 'AB' })
    await broker.clock.advance(90_000)
    const { messages } = await client.pull('tools', 'orders', 0, { tags: 'paid' })
    expect(decodeProperties(messages[0]!.properties)).toMatchObject({
      TAGS: 'paid',
      KEYS: 'order-1',
      UNIQ_KEY: 'AB',
      REAL_TOPIC: 'orders',
      TIMER_OUT_MS: String((Math.ceil((sentAt + 90_000) / 1000) - 1) * 1000),
      TIMER_DEQUEUE_MS: String(sentAt + 90_000),
    })
  })

  it('wakes a consumer that waits for it', async () => {
    await client.send('orders')
    await sendIn(5000, 'later')
    const pull = client.pull('tools', 'orders', 1, { tags: 'paid', holdMs: 15_000 })
    await broker.clock.advance(5000)
    expect((await pull).messages.map(({ body }) => body.toString())).toEqual(['later'])
  })

  it('is an ordinary one when its time has come, when a delay level goes before it, or when a timer delivered it', async () => {
    await sendIn(0, 'now')
    await sendTimed('negative', { TIMER_DELAY_SEC: '-5' })
    await sendTimed('again', { TIMER_DELAY_SEC: '5', TIMER_OUT_MS: '1' })
    expect(await arrived()).toEqual(['now', 'negative', 'again'])
    await sendTimed('level', { TIMER_DELAY_SEC: '86400', DELAY: '1' })
    await broker.clock.advance(1000)
    expect(await arrived()).toHaveLength(4)
  })

  it.each([
    [
      'more than three days ahead',
      { TIMER_DELAY_SEC: String(3 * 86_400 + 1) },
      'it would wait 259201000 ms, the limit is timerDelayMsMax (timerMaxDelaySec in a broker.conf)',
    ],
    ['a time that is none', { TIMER_DELIVER_MS: 'soon' }, 'its delay or delivery time is no whole number'],
    [
      'a cancellation of the past',
      { TIMER_DELIVER_MS: '1', TIMER_DEL_UNIQKEY: 'AB' },
      'it cancels a message whose time has come',
    ],
  ])('is refused in RocketMQ’s words, and says which case it is: %s', async (_name, props, reason) => {
    const sent = await sendTimed('never', props)
    expect(sent.code).toBe(ResponseCode.MESSAGE_ILLEGAL)
    expect(sent.remark).toBe(
      'timer message illegal, the delay time should not be bigger than the max delay 259200000ms; or if set del msg, the delay time should be bigger than the current time. Here ' +
        reason,
    )
    expect(broker.parts.store.maxOffset('rmq_sys_wheel_timer', 0)).toBe(0)
  })

  it('is refused when timers are switched off, and nothing reaches their topic directly', async () => {
    await using plain = await BrokerFixture.start({ allowTimers: false })
    const other = await plain.client()
    const sent = await other.send('orders', { props: { TIMER_DELAY_SEC: '5' } })
    expect(sent.code).toBe(ResponseCode.SYSTEM_ERROR)
    expect(sent.remark).toBe(
      'accurate timer message is not enabled, timerWheelEnable is false (allowTimers here)',
    )
    expect((await other.send('rmq_sys_wheel_timer')).code).toBe(ResponseCode.NO_PERMISSION)
  })
})

describe('many messages', () => {
  it('from seconds to three days ahead arrive in the order of their times, over restarts', async () => {
    const delays = [3 * DAY_MS, 1500, 2 * DAY_MS + 7, HOUR_MS, DAY_MS, 2000, 1501]
    for (const delayMs of delays) await sendIn(delayMs, String(delayMs))
    const expected: string[] = []
    let passed = 0
    for (const delayMs of delays.toSorted((a, b) => a - b)) {
      await broker.clock.advance(delayMs - 1 - passed)
      expect(await arrived()).toEqual(expected)
      await restart()
      await broker.clock.advance(1)
      passed = delayMs
      expected.push(String(delayMs))
      expect(await arrived()).toEqual(expected)
    }
    await restart(DAY_MS)
    expect(await arrived()).toEqual(expected)
  })

  it('of one moment keep the order they were sent in', async () => {
    const bodies = Array.from({ length: 300 }, (_, index) => String(index))
    const at = String(broker.clock.now() + 10_000)
    await Promise.all(bodies.map((body) => sendTimed(body, { TIMER_DELIVER_MS: at })))
    await broker.clock.advance(10_000)
    await expect.poll(arrived).toEqual(bodies)
  })

  it('that came due while the broker was down are delivered at its start, in order and once', async () => {
    await sendIn(HOUR_MS, 'second')
    await sendIn(60_000, 'first')
    await sendIn(2 * DAY_MS, 'third')
    await restart(DAY_MS)
    await expect.poll(arrived).toEqual(['first', 'second'])
    await restart(2 * DAY_MS)
    await expect.poll(arrived).toEqual(['first', 'second', 'third'])
    await restart(DAY_MS)
    expect(await arrived()).toEqual(['first', 'second', 'third'])
  })

  it('need one timer, and none when nothing waits', async () => {
    await client.send('orders')
    await broker.clock.advance(60_000)
    const idle = broker.clock.pending
    for (let i = 1; i <= 20; i++) await sendIn(i * 600_000, String(i))
    await broker.clock.advance(60_000)
    expect(broker.clock.pending).toBe(idle + 1)
    await broker.clock.advance(20 * 600_000 + 60_000)
    expect(broker.clock.pending).toBe(idle)
    expect(await arrived()).toHaveLength(21)
  })

  it('try again when the store takes nothing for a while, and none is lost or doubled', async () => {
    const { store } = broker.parts
    for (const body of ['first', 'second', 'third']) await sendIn(1000, body)
    let refusals = 1
    const append = store.append.bind(store)
    store.append = (message) =>
      message.body.toString() === 'second' && refusals-- > 0
        ? Promise.reject(new Error('the disk is full'))
        : append(message)
    await broker.clock.advance(1000)
    expect(await arrived()).toEqual(['first', 'third'])
    await broker.clock.advance(1000)
    expect(await arrived()).toEqual(['first', 'third', 'second'])
  })
})

describe('a recalled message', () => {
  it('never arrives, also after a restart, and the others of its second do', async () => {
    const delayMs = 60_000 - (broker.clock.now() % 1000)
    await sendIn(delayMs + 200, 'kept before')
    const sent = await sendIn(delayMs + 300, 'recalled')
    await sendIn(delayMs + 400, 'kept after')
    const recalled = await recall(sent.fields.recallHandle)
    expect(recalled.code).toBe(ResponseCode.SUCCESS)
    expect(recalled.fields.msgId).toBe(sent.fields.transactionId)
    await restart()
    await broker.clock.advance(delayMs + 250)
    // In the middle of the second the recall is dealt with and the message is not.
    await restart()
    await broker.clock.advance(DAY_MS)
    expect(await arrived()).toEqual(['kept before', 'kept after'])
  })

  it('that is due days ahead is followed by its recall when both are stored anew', async () => {
    const sent = await sendIn(2 * DAY_MS + 5 * HOUR_MS, 'recalled')
    await sendIn(2 * DAY_MS + 5 * HOUR_MS, 'kept')
    await recall(sent.fields.recallHandle)
    await broker.clock.advance(2 * DAY_MS + 1000)
    expect(broker.parts.store.maxOffset('rmq_sys_wheel_timer', 0)).toBe(6)
    await restart()
    await broker.clock.advance(DAY_MS)
    expect(await arrived()).toEqual(['kept'])
  })

  it('cannot be recalled any more when it was delivered', async () => {
    const sent = await sendIn(5000, 'delivered')
    await broker.clock.advance(5000)
    const answer = await recall(sent.fields.recallHandle)
    expect(answer.code).toBe(ResponseCode.ILLEGAL_OPERATION)
    expect(answer.remark).toMatch(/^recall failed, timestamp invalid: the time of the message has come/)
  })

  it.each([
    ['no handle', () => 'forged', /^recall handle is invalid$/],
    ['another topic’s', () => handle({ topic: 'other' }), /^recall failed, topic not match$/],
    ['another broker’s', () => handle({ brokerName: 'broker-b' }), /broker service not available/],
    ['one far ahead', () => handle({ timestamp: broker.clock.now() + 4 * DAY_MS }), /timestamp invalid/],
  ])('is refused with a handle nobody gave: %s', async (_name, forged, remark) => {
    await sendIn(5000, 'kept')
    const answer = await recall(forged())
    expect(answer.code).toBe(ResponseCode.ILLEGAL_OPERATION)
    expect(answer.remark).toMatch(remark)
    await broker.clock.advance(5000)
    expect(await arrived()).toEqual(['kept'])
  })

  it.each([
    ['goes with a handle for another topic, as keys alone count', false, []],
    ['stays with a handle for another topic when topics count', true, ['kept']],
  ])('%s', async (_what, cancelWithTopic, expected) => {
    broker.parts.config.update({ cancelWithTopic })
    await client.send('other')
    const sent = await sendIn(5000, 'kept')
    const sameKey = handle({ topic: 'other', uniqueKey: sent.fields.transactionId! })
    expect((await recall(sameKey, 'other')).code).toBe(ResponseCode.SUCCESS)
    await broker.clock.advance(6000)
    expect(await arrived()).toEqual(expected)
  })

  it('is refused for a topic that does not exist, and when recalls are switched off', async () => {
    expect((await recall(handle({ topic: 'none' }), 'none')).code).toBe(ResponseCode.TOPIC_NOT_EXIST)
    broker.parts.config.update({ allowRecall: false })
    expect((await recall(handle({}))).code).toBe(ResponseCode.NO_PERMISSION)
  })
})

function handle(changes: Partial<Parameters<typeof encodeRecallHandle>[0]>): string {
  const timestamp = broker.clock.now() + 5000
  return encodeRecallHandle({
    topic: 'orders',
    brokerName: 'broker-a',
    timestamp,
    uniqueKey: 'AB',
    ...changes,
  })
}
