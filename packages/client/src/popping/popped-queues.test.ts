import { ManualClock } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { parseConsumerOptions } from '../consuming/consumer-options.js'
import { ConsumeRates } from '../handling/consume-rates.js'
import { Problems } from '../problems.js'
import { PausedQueues } from '../reading/paused-queues.js'
import { subscriptionOf } from '../reading/subscription.js'
import type { Brokers } from '../routing/brokers.js'
import { recordAt, turns } from '../testing/pulled-broker.js'
import type { PopAnswer } from './pop.js'
import { PoppedQueues } from './popped-queues.js'

const queue = { topic: 't', brokerName: 'b', queueId: 0 }
const other = { ...queue, queueId: 1 }
const THRESHOLD = 4

interface AskedPop {
  fields: { queueId: number; maxMsgNums: number }
  options: { signal?: AbortSignal }
  /** Messages at these offsets. */
  answer(...offsets: number[]): Promise<void>
  refuse(code: number): Promise<void>
}

describe('PoppedQueues', () => {
  let clock: ManualClock
  let pops: AskedPop[]
  let popped: PopAnswer[]
  let paused: PausedQueues
  let queues: PoppedQueues

  beforeEach(() => {
    clock = new ManualClock(0)
    pops = []
    popped = []
    paused = new PausedQueues()
    const call = (_: string, __: unknown, fields: AskedPop['fields'], options: AskedPop['options']) =>
      new Promise<unknown>((resolve) => {
        const respond = (code: number, body: Buffer) => {
          resolve({ code, body, fields: { popTime: 1, invisibleTime: 60_000, reviveQid: 0 } })
          return turns()
        }
        pops.push({
          fields,
          options,
          answer: (...offsets) => {
            const records = offsets.map((offset) => recordAt({ topic: 't', queueId: fields.queueId }, offset))
            return respond(ResponseCode.SUCCESS, Buffer.concat(records))
          },
          refuse: (code) => respond(code, Buffer.alloc(0)),
        })
      })
    queues = new PoppedQueues({
      config: parseConsumerOptions({
        group: 'g',
        subscribe: { t: '*' },
        handle: () => {},
        popThresholdMessages: THRESHOLD,
      }),
      subscriptionOf: (topic) => subscriptionOf(topic, '*', 0),
      brokers: { call } as unknown as Brokers,
      heartbeats: { soon: () => {} },
      clock,
      rates: new ConsumeRates(clock),
      problems: new Problems(() => {}),
      paused,
      onPopped: (answer) => popped.push(answer),
    })
    queues.assign('t', [queue])
  })

  const release = (count: number) => {
    for (const { source } of popped.flatMap(({ messages }) => messages).slice(0, count)) source.release()
    return turns()
  }

  it('pops as many messages as the backlog has room for', async () => {
    await pops[0]!.answer(0, 1, 2)
    expect(pops.map(({ fields }) => fields.maxMsgNums)).toEqual([THRESHOLD, 1])
    await pops[1]!.answer(3)
    expect([pops.length, queues.backlog[0]!.messages]).toEqual([2, 4])
    await release(2)
    expect(pops[2]!.fields.maxMsgNums).toBe(2)
  })

  it('hands on the messages of a pop that was waiting when its queue went to another member', async () => {
    expect(queues.assign('t', [])).toBe(true)
    expect(pops[0]!.options.signal).toBeUndefined()
    await pops[0]!.answer(7)
    expect(popped.flatMap(({ messages }) => messages.map(({ message }) => message.queueOffset))).toEqual([7])
    expect(pops.length).toBe(1)
  })

  it('waits 3 s when too many pops wait at the broker, and not at all when there was nothing', async () => {
    await pops[0]!.refuse(ResponseCode.POLLING_TIMEOUT)
    await pops[1]!.refuse(ResponseCode.POLLING_FULL)
    await clock.advance(2_999)
    expect(pops.length).toBe(2)
    await clock.advance(1)
    expect([pops.length, popped]).toEqual([3, []])
  })

  it('pops nothing from paused queues, also not from those it gets later', async () => {
    paused.pause()
    queues.applyPauses()
    queues.assign('t', [queue, other])
    await pops[0]!.answer(0)
    expect([pops.length, popped.length]).toEqual([1, 1])
    paused.resume()
    queues.applyPauses()
    await turns()
    expect(pops.map(({ fields }) => fields.queueId)).toEqual([0, 0, 1])
  })

  it('changes nothing after it has stopped', async () => {
    queues.stop()
    expect(queues.assign('t', [queue, other])).toBe(false)
    await pops[0]!.refuse(ResponseCode.POLLING_TIMEOUT)
    expect([pops.length, clock.pending]).toEqual([1, 0])
  })
})
