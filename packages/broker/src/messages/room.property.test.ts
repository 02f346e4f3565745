import { ResponseCode } from '@rocketeer/protocol'
import {
  decodeProperties,
  encodeFailureHistory,
  encodeProperties,
  hasRoomForAdded,
  type MessageRecord,
  OWN_PROPERTIES_BYTES_MAX,
  ownPropertiesBytes,
} from '@rocketeer/protocol/record'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient, type PoppedMessage } from '../testing/pop-client.js'
import { recordsOf } from '../testing/stored-records.js'
import type { TestClient } from '../testing/test-client.js'
import { TestTransactions } from '../testing/test-transactions.js'

/** Whatever could be sent goes all its ways: properties at the limit, names as long as they may be. */

const DAY_MS = 86_400_000
/** Rare, so that days pass fast. */
const CHECK_INTERVAL_MS = 3_600_000

let broker: BrokerFixture
let client: TestClient
const topic = 't'.repeat(127)
const group = 'g'.repeat(120)

beforeEach(async () => {
  broker = await start()
  client = await broker.client()
})
afterEach(() => broker[Symbol.asyncDispose]())

const LONG_NAMES = { regionId: 'x'.repeat(200), clusterName: 'c'.repeat(108) }

function start(names = LONG_NAMES): Promise<BrokerFixture> {
  return BrokerFixture.start({
    ...names,
    delayLevels: '1s 1s 1s 1s',
    timerDelayMsMax: 5 * DAY_MS,
    transactionTimeoutMs: 1000,
    transactionCheckIntervalMs: CHECK_INTERVAL_MS,
    clientExpiryMs: DAY_MS,
    transactionChecksMax: 2,
  })
}

const OTHERS = ['KEYS', 'TAGS', 'RETRY_TOPIC', 'ORIGIN_MESSAGE_ID', 'DLQ_ORIGIN_TOPIC', 'UNIQ_KEY', 'own']

const shapes = fc.record({
  unit: fc.constantFrom('x', 'ü', '优', '😀'),
  /** Bytes that are left. */
  left: fc.integer({ min: 0, max: 3 }),
  /** Name → characters. */
  others: fc.dictionary(fc.constantFrom(...OTHERS), fc.integer({ min: 1, max: 1200 })),
})

/** Properties that the broker just accepts. */
function fullOf({ unit, left, others }: typeof shapes extends fc.Arbitrary<infer Shape> ? Shape : never) {
  const given = Object.fromEntries(Object.entries(others).map(([name, length]) => [name, 'é'.repeat(length)]))
  const taken = ownPropertiesBytes(encodeProperties({ ...given, pad: '' }))
  const bytes = OWN_PROPERTIES_BYTES_MAX - left - taken
  const unitBytes = Buffer.byteLength(unit)
  return { ...given, pad: unit.repeat(Math.floor(bytes / unitBytes)) + 'y'.repeat(bytes % unitBytes) }
}

async function send(props: Record<string, string>, changes = {}, to = topic): Promise<void> {
  const sent = await client.send(to, { props, ...changes })
  expect(sent.remark).toBeUndefined()
}

/** The one message of a queue, once it is there. */
async function only(topic: string): Promise<MessageRecord> {
  await expect.poll(() => broker.parts.store.maxOffset(topic, 0)).toBeGreaterThan(0)
  const [record] = await recordsOf(broker, topic, 0)
  return record!
}

/** More than fits, of texts that all differ. */
const FAILURES = encodeFailureHistory({
  ...{ dropped: 0, replays: [1_700_000_000_000] },
  attempts: Array.from({ length: 17 }, (_, reconsumeTimes) => ({
    ...{ at: 1_700_000_000_000, member: '10.0.0.1@4711#0', durationMs: 12, reconsumeTimes },
    error: { name: 'Error', message: `${reconsumeTimes} ${'优'.repeat(100)}` },
  })),
})

/** Retried once, and then given up. */
async function becomesDeadLetter(pad: string): Promise<void> {
  await client.consume(group, { [topic]: '*' })
  const first = await client.sendBack(group, await only(topic), 0, undefined, FAILURES)
  expect(first.code).toBe(ResponseCode.SUCCESS)
  await broker.clock.advance(1000)
  const last = await client.sendBack(group, await only(`%RETRY%${group}`), -1, undefined, FAILURES)
  expect(last.code).toBe(ResponseCode.SUCCESS)
  expect(decodeProperties((await only(`%DLQ%${group}`)).properties).pad).toBe(pad)
}

const ways: Record<string, (props: Record<string, string> & { pad: string }) => Promise<void>> = {
  'a retry and the dead letters': async (props) => {
    await send(props)
    await becomesDeadLetter(props.pad)
  },
  'a delay level': async (props) => {
    await send({ ...props, DELAY: '4' })
    await broker.clock.advance(1000)
    await becomesDeadLetter(props.pad)
  },
  'a delivery time that is stored again on the way': async (props) => {
    await send({ ...props, TIMER_DELAY_MS: String(4 * DAY_MS) })
    for (let day = 0; day < 5; day++) await broker.clock.advance(DAY_MS)
    client = await broker.client()
    await becomesDeadLetter(props.pad)
  },
  'checks of its transaction, a pause and a commit': async (props) => {
    const producer = await TestTransactions.start(broker, group)
    const begun = producer.asked.length
    // A long unique key counts twice more: it becomes the transaction id.
    await producer.begin(topic, 'half', { props: { ...props, UNIQ_KEY: 'U'.repeat(32) } })
    for (let asked = begun + 1; asked <= begun + 2; asked++) {
      await broker.clock.advance(CHECK_INTERVAL_MS)
      await expect.poll(() => producer.asked.length).toBe(asked)
    }
    const { tranStateTableOffset: queueOffset, commitLogOffset: physicalOffset } =
      producer.asked.at(-1)!.fields
    expect((await producer.end({ queueOffset, physicalOffset }, 'commit')).code).toBe(ResponseCode.SUCCESS)
    await becomesDeadLetter(props.pad)
  },
  'two pops given back after a failure and the dead letters': async (props) => {
    await send(props)
    const consumer = await broker.client()
    await consumer.consume(group, { [topic]: '*' })
    const config = broker.parts.groups.find(group)!
    await broker.parts.groups.put([{ ...config, retryMaxTimes: 1 }])
    const popper = new PopClient(consumer.connection, group)
    for (let pops = 0; pops < 2; pops++) {
      let message: PoppedMessage | undefined
      await expect.poll(async () => ([message] = (await popper.pop(topic)).messages)).toHaveLength(1)
      await popper.changeInvisibleTime(message!, 10_000, { failureHistory: FAILURES })
      await broker.clock.advance(10_200)
    }
    expect(decodeProperties((await only(`%DLQ%${group}`)).properties).pad).toBe(props.pad)
  },
  'what a consumer in order sends when it gives up': async (props) => {
    await send(props)
    await client.consume(group, { [topic]: '*' })
    const { properties } = await only(topic)
    const given = {
      ...decodeProperties(properties),
      ...{ RETRY_TOPIC: topic, ORIGIN_MESSAGE_ID: 'F'.repeat(56), DELAY: '3' },
      ...{ MIN_OFFSET: '0', MAX_OFFSET: '1', CONSUME_START_TIME: '1700000000000' },
    }
    await send(given, { reconsumeTimes: 3, maxReconsumeTimes: 2 }, `%RETRY%${group}`)
    expect(decodeProperties((await only(`%DLQ%${group}`)).properties).pad).toBe(props.pad)
  },
}

it.each(Object.entries(ways))('whatever could be sent survives %s', async (_, way) => {
  await fc.assert(
    fc
      .asyncProperty(shapes, (shape) => way(fullOf(shape)))
      .beforeEach(async () => {
        await broker[Symbol.asyncDispose]()
        broker = await start()
        client = await broker.client()
      }),
    { numRuns: 3, endOnFailure: true },
  )
})

/** Bytes that the ways above add at the send: the marks of a timer, a half message with its group and unique key. */
const ADDED_AT_SEND = 400

it.each(Object.entries(ways))('short names leave more room, and it survives %s', async (_, way) => {
  await broker[Symbol.asyncDispose]()
  broker = await start({ regionId: 'DefaultRegion', clusterName: 'DefaultCluster' })
  client = await broker.client()
  const { clusterName, brokerName, regionId } = broker.parts.config.current
  const names = { topic, clusterName, brokerName, regionId }
  let pad = 'x'.repeat(OWN_PROPERTIES_BYTES_MAX)
  while (hasRoomForAdded(encodeProperties({ pad: `${pad}x` }), names)) pad += 'x'
  expect(pad.length).toBeGreaterThan(OWN_PROPERTIES_BYTES_MAX + 1024)
  await way({ pad: pad.slice(ADDED_AT_SEND) })
})

it('one byte more is refused, with the figures', async () => {
  const { clusterName, brokerName, regionId } = broker.parts.config.current
  const names = { topic, clusterName, brokerName, regionId }
  let pad = 'x'.repeat(OWN_PROPERTIES_BYTES_MAX)
  while (hasRoomForAdded(encodeProperties({ pad: `${pad}x` }), names)) pad += 'x'
  await send({ pad })
  const refused = await client.send(topic, { props: { pad: `${pad}x` } })
  expect(refused.code).toBe(ResponseCode.MESSAGE_ILLEGAL)
  expect(refused.remark).toContain(`its properties have ${pad.length + 1 + 'pad'.length + 2} bytes`)
  const half = { TRAN_MSG: 'true', PGROUP: 'p'.repeat(300), pad }
  expect((await client.send(topic, { props: half })).code).toBe(ResponseCode.MESSAGE_ILLEGAL)
})
