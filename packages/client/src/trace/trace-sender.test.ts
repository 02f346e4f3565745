import { ManualClock } from '@rocketeer/foundation'
import { decodeTraceData, type RecallTrace, type TraceEntry } from '@rocketeer/protocol'
import { findProperty, PropertyName } from '@rocketeer/protocol/record'
import { eventually, Gate } from '@rocketeer/test-kit'
import { beforeEach, describe, expect, it } from 'vitest'
import { decompress } from '../messages/compression.js'
import { Problems } from '../problems.js'
import type { Brokers } from '../routing/brokers.js'
import type { RouteCache } from '../routing/route-cache.js'
import type { TraceConfig } from './trace-options.js'
import { TraceSender } from './trace-sender.js'

interface Sent {
  topic: string
  keys: string[]
  entries: TraceEntry[]
}

/** A cluster that takes what is sent when a test lets it. */
class FakeBroker {
  readonly sent: Sent[] = []
  /** Sends wait here. */
  gate: Promise<void> = Promise.resolve()
  refusal: Error | undefined
  underway = 0
  underwayMax = 0

  readonly call = async (_: string, __: unknown, fields: FakeFields, { body }: { body: Buffer }) => {
    this.underwayMax = Math.max(this.underwayMax, ++this.underway)
    await this.gate
    this.underway--
    if (this.refusal) throw this.refusal
    const keys = findProperty(fields.properties, PropertyName.KEYS)!.split(' ')
    const entries = decodeTraceData(decompress(body, fields.sysFlag, ''))
    this.sent.push({ topic: fields.topic, keys, entries })
    return { code: 0, fields: {} }
  }

  get ids(): string[] {
    return this.sent.flatMap(({ entries }) => entries.map((entry) => entry.msgId))
  }
}

interface FakeFields {
  topic: string
  properties: string
  sysFlag: number
}

const route = { topic: 'trace', writeQueues: [{ topic: 'trace', brokerName: 'a', queueId: 0 }] }

describe('TraceSender', () => {
  let clock: ManualClock
  let broker: FakeBroker
  let problems: unknown[]

  beforeEach(() => {
    clock = new ManualClock(1_000_000)
    broker = new FakeBroker()
    problems = []
  })

  function traceSender(config: Partial<TraceConfig> = {}): TraceSender {
    const patience = { flushIntervalMs: 5_000, closeTimeoutMs: 10_000 }
    return new TraceSender({
      config: { topic: 'trace', batchSize: 10, waitingBytesMax: 1_000_000, ...patience, ...config },
      brokers: broker as unknown as Brokers,
      routes: { cached: () => route, refresh: async () => route } as unknown as RouteCache,
      clock,
      random: () => 0,
      problems: new Problems(({ error }) => problems.push(error)),
    })
  }

  it('sends waiting entries after the interval', async () => {
    const traces = traceSender()
    traces.append('orders', recall('1'))
    await clock.advance(4_999)
    traces.append('orders', recall('2'))
    expect(broker.sent).toEqual([])
    await clock.advance(1)
    await eventually(() =>
      expect(broker.sent).toEqual([
        { topic: 'trace', keys: ['1', '2'], entries: [recall('1'), recall('2')] },
      ]),
    )
    traces.append('orders', recall('3'))
    await clock.advance(5_000)
    await eventually(() => expect(broker.ids).toEqual(['1', '2', '3']))
    await traces.close()
  })

  it('sends at once when there is enough for a batch, by topic', async () => {
    const traces = traceSender({ batchSize: 4 })
    for (const id of ['1', '2', '3', '4', '5']) traces.append(id < '3' ? 'orders' : 'refunds', recall(id))
    await eventually(() => expect(broker.ids.sort()).toEqual(['1', '2', '3', '4', '5']))
    expect(broker.sent.map(({ keys }) => keys)).toEqual([
      ['1', '2'],
      ['3', '4', '5'],
    ])
    await traces.close()
  })

  it('has four sends under way at most, and what comes meanwhile grows into larger ones', async () => {
    const gate = new Gate()
    broker.gate = gate.opened
    const traces = traceSender({ batchSize: 1 })
    for (let i = 0; i < 100; i++) {
      traces.append('orders', recall(`${i}`))
      await new Promise(setImmediate)
    }
    expect(broker.underway).toBe(4)
    gate.open()
    await eventually(() => expect(broker.ids).toHaveLength(100))
    expect(broker.sent.map(({ entries }) => entries.length)).toEqual([1, 1, 1, 1, 96])
    expect(broker.underwayMax).toBe(4)
    await traces.close()
  })

  it('drops entries that find no room, and reports that once', async () => {
    broker.gate = new Promise(() => {})
    const traces = traceSender({ waitingBytesMax: 64 * 1024 })
    const big: RecallTrace = { ...recall('x'), topic: 't'.repeat(1_000) }
    for (let i = 0; i < 200; i++) traces.append('orders', big)
    expect(problems).toEqual([])
    await clock.advance(10_000)
    expect(problems).toMatchObject([
      { code: 'TRACE_DROPPED', details: { topic: 'trace', entries: 200 - 64 } },
    ])
    await clock.advance(60_000)
    expect(problems).toHaveLength(1)
  })

  it('reports why brokers did not take entries, and goes on', async () => {
    broker.refusal = new Error('no such luck')
    const traces = traceSender({ batchSize: 2 })
    traces.append('orders', recall('1'))
    traces.append('orders', recall('2'))
    await eventually(async () => {
      await clock.advance(1_000)
      expect(problems).toMatchObject([{ details: { entries: 2, reason: 'no such luck' } }])
    })
    broker.refusal = undefined
    traces.append('orders', recall('3'))
    await traces.close()
    expect(broker.ids).toEqual(['3'])
    expect(problems).toHaveLength(1)
  })

  it('sends everything before it closes, and nothing after', async () => {
    const traces = traceSender()
    for (let i = 0; i < 50; i++) traces.append(`topic-${i}`, recall(`${i}`))
    await traces.close()
    expect(broker.ids).toHaveLength(50)
    traces.append('orders', recall('late'))
    await clock.advance(10_000)
    expect(broker.ids).toHaveLength(50)
  })

  it('does not wait for ever when it closes, and reports what is lost', async () => {
    broker.gate = new Promise(() => {})
    const traces = traceSender({ closeTimeoutMs: 100 })
    for (let i = 0; i < 7; i++) traces.append(`topic-${i}`, recall(`${i}`))
    await traces.close()
    expect(problems).toMatchObject([{ code: 'TRACE_DROPPED', details: { entries: 3 } }])
  })
})

function recall(msgId: string): RecallTrace {
  const timeStamp = 1
  return { type: 'Recall', timeStamp, regionId: 'r', groupName: 'g', topic: 'orders', msgId, success: true }
}
