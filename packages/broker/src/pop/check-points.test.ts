import { silentLogger } from '@rocketeer/foundation'
import { reviveTopicOf } from '@rocketeer/protocol'
import { encodeHost, PropertyName } from '@rocketeer/protocol/record'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ownRecord } from '../messages/own-record.js'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient } from '../testing/pop-client.js'
import { CheckPoints } from './check-points.js'

const reviveTopic = reviveTopicOf('DefaultCluster')
const host = encodeHost('127.0.0.1', 1)

const quiet = { logger: silentLogger, revived: () => {} }

let broker: BrokerFixture

beforeEach(async () => {
  broker = await BrokerFixture.start()
})

afterEach(() => broker[Symbol.asyncDispose]())

const draft = (startOffset: number, changes: object = {}) => ({
  topic: 'orders',
  group: 'readers',
  queueId: 0,
  startOffset,
  popTime: broker.clock.now(),
  invisibleTime: 10_000,
  offsets: [startOffset],
  suspend: false,
  ...changes,
})

describe('what is in flight', () => {
  it('waits for its time behind one timer, however much it is', async () => {
    const brought: number[] = []
    const copyOf = async (_: unknown, offset: number) => {
      brought.push(offset)
      return undefined
    }
    const checkPoints = await CheckPoints.open({ ...broker.parts, ...quiet, copyOf })
    checkPoints.start()
    const timers = broker.clock.pending
    const taken = Array.from({ length: 2000 }, (_, index) =>
      checkPoints.take(draft(index, { invisibleTime: 1000 + index }), index % 8),
    )
    await Promise.all(taken)
    expect(checkPoints.size).toBe(2000)
    expect(broker.clock.pending).toBe(timers + 1)
    await broker.clock.advance(1999)
    expect(brought.length).toBeGreaterThan(700)
    expect(brought.length).toBeLessThanOrEqual(1000)
    await broker.clock.advance(2000)
    expect(brought.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 2000 }, (_, index) => index))
    expect(checkPoints.size).toBe(0)
    await checkPoints.stop()
  })

  it('is tried again when it does not come back, and holds nothing else up', async () => {
    const brought: number[] = []
    let broken = true
    const copyOf = async (_: unknown, offset: number) => {
      if (offset === 0 && broken) throw new Error('the retry topic takes nothing')
      brought.push(offset)
      return undefined
    }
    const checkPoints = await CheckPoints.open({ ...broker.parts, ...quiet, copyOf })
    checkPoints.start()
    await Promise.all([checkPoints.take(draft(0), 0), checkPoints.take(draft(1), 0)])
    await broker.clock.advance(10_200)
    expect(brought).toEqual([1])
    expect(checkPoints.size).toBe(1)
    broken = false
    await broker.clock.advance(10_200)
    expect(brought).toEqual([1, 0])
    expect(checkPoints.size).toBe(0)
    await checkPoints.stop()
  })
})

it('comes back after its invisible time by a clock that was set back', async () => {
  let ahead = 3_600_000
  const { clock: manual } = broker
  const now = () => manual.now() + ahead
  const clock = { now, after: manual.after.bind(manual), every: manual.every.bind(manual) }
  const brought: number[] = []
  const copyOf = async (_: unknown, offset: number) => {
    brought.push(offset)
    return undefined
  }
  const checkPoints = await CheckPoints.open({ ...broker.parts, ...quiet, clock, copyOf })
  checkPoints.start()
  for (const offset of [0, 1])
    await checkPoints.take(draft(offset, { popTime: now(), invisibleTime: 10_000 }), 0)
  ahead = 0
  await manual.advance(25_000)
  expect(brought.sort()).toEqual([0, 1])
  await checkPoints.stop()
})

describe('stopped while it brings back', () => {
  it('leaves what it has not begun to the next start', async () => {
    const brought: number[] = []
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const copyOf = async (_: unknown, offset: number) => {
      brought.push(offset)
      await released
      return undefined
    }
    const checkPoints = await CheckPoints.open({ ...broker.parts, ...quiet, copyOf })
    checkPoints.start()
    const offsets = Array.from({ length: 100 }, (_, index) => index)
    await Promise.all(offsets.map((offset) => checkPoints.take(draft(offset), 0)))
    await broker.clock.advance(10_200)
    const begun = brought.length
    expect(begun).toBeLessThan(100)
    const stopping = checkPoints.stop()
    release()
    await stopping
    await broker.clock.advance(60_000)
    expect(brought).toHaveLength(begun)
    expect(checkPoints.size).toBe(100 - begun)
    checkPoints.start()
    await expect.poll(() => checkPoints.size).toBe(0)
    expect(brought.toSorted((a, b) => a - b)).toEqual(offsets)
    await checkPoints.stop()
  })
})

describe('a revive topic', () => {
  /** A record as Apache 5.5 writes it. */
  async function append(tag: string, body: object): Promise<void> {
    await broker.parts.store.append(
      ownRecord({
        topic: reviveTopic,
        queueId: 3,
        bornTimestamp: broker.clock.now(),
        bornHost: host,
        body: Buffer.from(JSON.stringify(body)),
        properties: { [PropertyName.TAGS]: tag },
      }),
    )
  }

  it('of Apache is understood, and what nobody understands is passed over', async () => {
    const client = await broker.client()
    for (const body of ['0', '1', '2', '3']) await client.send('orders', { body: Buffer.from(body) })
    const pt = broker.clock.now()
    const place = { so: 0, q: 0, t: 'orders', pt, bn: 'broker-a' }
    await append('ck', { bm: 0, c: 'readers', d: [0, 1, 3], it: 5000, n: 3, ro: 0, sp: false, ...place })
    await append('ck', { nonsense: true })
    await append('bAck', { ackOffset: -1, ao: -1, aol: [1], c: 'readers', ...place })
    await append('ack', { ao: 3, c: 'readers', ...place })
    await append('ack', { ao: 7, c: 'nobody', ...place })
    await broker.restart()
    expect(broker.parts.checkPoints.size).toBe(1)
    // Apache had popped up to there.
    expect(broker.parts.offsets.query({ group: 'readers', topic: 'orders', queueId: 0 })).toBe(4)
    await broker.clock.advance(5200)
    const popper = new PopClient((await broker.client()).connection)
    const { messages } = await popper.pop('orders', { pollTime: 1000 })
    expect(messages.map(({ body }) => body.toString())).toEqual(['0'])
  })
})
