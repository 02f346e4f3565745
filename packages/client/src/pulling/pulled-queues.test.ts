import { ManualClock } from '@rocketeer/foundation'
import { RecordPosition } from '@rocketeer/protocol/record'
import { beforeEach, describe, expect, it } from 'vitest'
import { parseConsumerOptions } from '../consuming/consumer-options.js'
import { type Problem, Problems } from '../problems.js'
import { PausedQueues } from '../reading/paused-queues.js'
import { subscriptionOf } from '../reading/subscription.js'
import type { MessageQueue } from '../routing/message-queue.js'
import { KeptOffsets } from '../testing/kept-offsets.js'
import { PulledBroker, recordAt, STORED_AT, turns } from '../testing/pulled-broker.js'
import type { PulledMessage } from './process-queue.js'
import type { Recipient } from './pull-handling.js'
import type { PullReader } from './pull-reader.js'
import { PulledQueues } from './pulled-queues.js'

const queue = { topic: 't', brokerName: 'b', queueId: 0 }
const other = { ...queue, queueId: 1 }
const PERSIST_MS = 5_000

/** Those at 10, 11 and 12; the second is damaged at that position. */
function threeRecords(position: number): Buffer[] {
  const records = [10, 11, 12].map((offset) => recordAt(queue, offset))
  records[1]!.writeInt32BE(-1, position)
  return records
}

/** Keeps what it gets until the test finishes it. */
class Kept implements Recipient {
  readonly messages: PulledMessage[] = []
  readonly resumed: MessageQueue[] = []
  reader: PullReader | undefined

  submit(reader: PullReader, messages: readonly PulledMessage[]): void {
    this.reader = reader
    this.messages.push(...messages)
  }
  resume(reader: PullReader): void {
    this.resumed.push(reader.queue)
  }
  async release(reader: PullReader): Promise<void> {
    reader.drop()
  }
  finish(count: number): void {
    for (const pulled of this.messages.splice(0, count)) this.reader!.finish(pulled)
  }
}

describe('PulledQueues', () => {
  let clock: ManualClock
  let broker: PulledBroker
  let offsets: KeptOffsets
  let kept: Kept
  let paused: PausedQueues
  let problems: Problem[]
  let changes: number[][]
  let givenUp: number

  beforeEach(() => {
    clock = new ManualClock(0)
    broker = new PulledBroker()
    offsets = new KeptOffsets()
    kept = new Kept()
    paused = new PausedQueues()
    problems = []
    changes = []
    givenUp = 0
  })

  async function queuesOf({
    offsetsFollow = true,
    pullThresholdMessages = 1_000,
  } = {}): Promise<PulledQueues> {
    const config = parseConsumerOptions({
      group: 'g',
      subscribe: { t: '*' },
      handle: () => {},
      persistOffsetIntervalMs: PERSIST_MS,
      pullThresholdMessages,
    })
    const queues = new PulledQueues({
      config,
      subscriptionOf: (topic) => subscriptionOf(topic, '*', 0),
      sendSubscription: () => false,
      offsets,
      commitOnPull: true,
      offsetsFollow,
      startOffset: async () => 10,
      brokers: broker.brokers,
      heartbeats: { soon: () => {} },
      clock,
      problems: new Problems((problem) => problems.push(problem)),
      paused,
      recipient: kept,
      onChange: (now) => changes.push(now.map(({ queueId }) => queueId)),
      onGivenUp: () => givenUp++,
    })
    expect(await queues.assign('t', [queue])).toBe(true)
    return queues
  }

  it('pulls on from the start, hands on what comes, and commits with pulls what is finished', async () => {
    await queuesOf()
    expect(broker.pull.fields).toMatchObject({ queueOffset: 10, commitOffset: 0 })
    await broker.pull.answer([10, 11, 12])
    expect(kept.messages.map(({ message }) => message.queueOffset)).toEqual([10, 11, 12])
    expect(broker.pull.fields).toMatchObject({ queueOffset: 13, commitOffset: 0 })
    kept.finish(2)
    await broker.pull.answer([])
    expect(broker.pull.fields).toMatchObject({ queueOffset: 13, commitOffset: 12 })
    expect(changes).toEqual([[0]])
  })

  it('persists what is finished after a while, retries when that failed, and then has no timer left', async () => {
    await queuesOf()
    await broker.pull.answer([10, 11])
    kept.finish(1)
    offsets.failure = new Error('no broker')
    await clock.advance(PERSIST_MS)
    expect([offsets.persisted, problems]).toEqual([[], [{ error: offsets.failure, source: queue }]])
    offsets.failure = undefined
    kept.finish(1)
    await clock.advance(PERSIST_MS)
    expect([offsets.persisted, clock.pending]).toEqual([[12], 0])
  })

  it('pulls no more while the backlog is full', async () => {
    await queuesOf({ pullThresholdMessages: 2 })
    await broker.pull.answer([10, 11])
    expect(broker.pulls.length).toBe(1)
    kept.finish(1)
    await turns()
    expect(broker.pulls.length).toBe(2)
  })

  it('moves the offset past messages that were filtered out, where offsets follow', async () => {
    await queuesOf()
    await broker.pull.moveTo(50)
    expect([offsets.persisted, givenUp]).toEqual([[50], 1])
  })

  it('moves to the next existing offset without persisting it, where offsets do not follow', async () => {
    await queuesOf({ offsetsFollow: false })
    await broker.pull.moveTo(50)
    expect(broker.pull.fields.queueOffset).toBe(50)
    expect([offsets.persisted, givenUp]).toEqual([[], 0])
  })

  it('leaves a damaged record out, says so, and goes on behind it', async () => {
    await queuesOf()
    await broker.pull.answerWith(Buffer.concat(threeRecords(RecordPosition.MAGIC)), 13)
    expect(kept.messages.map(({ message }) => message.queueOffset)).toEqual([10, 12])
    expect(problems).toMatchObject([{ error: { code: 'RECORD_MALFORMED' }, source: queue }])
    expect(broker.pull.fields.queueOffset).toBe(13)
  })

  it('pulls what lies behind a record without a sound size again, and passes over that one', async () => {
    await queuesOf()
    const records = threeRecords(RecordPosition.TOTAL_SIZE)
    await broker.pull.answerWith(Buffer.concat(records), 13)
    expect(broker.pull.fields.queueOffset).toBe(11)
    await broker.pull.answerWith(Buffer.concat(records.slice(1)), 13)
    expect(broker.pull.fields.queueOffset).toBe(12)
    await broker.pull.answer([12])
    expect(kept.messages.map(({ message }) => message.queueOffset)).toEqual([10, 12])
    const malformed = { error: { code: 'RECORD_MALFORMED' } }
    expect(problems).toMatchObject([malformed, malformed])
  })

  describe('in a queue that is shorter than what was consumed', () => {
    it.each([true, false])(
      'goes on with what was stored since the last message it finished',
      async (offsetsFollow) => {
        await queuesOf({ offsetsFollow })
        await broker.pull.answer([10, 11])
        kept.finish(1)
        broker.offsetAtTime = 1
        await broker.pull.moveTo(4, 4)
        expect(broker.searchedTimes).toEqual([STORED_AT])
        if (offsetsFollow) expect([offsets.persisted, givenUp]).toEqual([[1], 1])
        else expect(broker.pull.fields.queueOffset).toBe(1)
        expect(problems).toMatchObject([
          { error: { code: 'QUEUE_SHORTER', details: { offset: 12, end: 4, nextOffset: 1 } }, source: queue },
        ])
      },
    )

    it('goes on no further than its end, also when the search says so', async () => {
      await queuesOf()
      await broker.pull.answer([10, 11])
      kept.finish(2)
      broker.offsetAtTime = 9
      await broker.pull.moveTo(4, 4)
      expect(offsets.persisted).toEqual([4])
    })

    it('goes on with what was stored since it last saw the queue whole, when it finished nothing', async () => {
      await clock.advance(100_000)
      await queuesOf()
      await broker.pull.answer([])
      await clock.advance(5_000)
      await broker.pull.moveTo(4, 4)
      expect([broker.searchedTimes, offsets.persisted]).toEqual([[40_000], [10, 0]])
    })

    it('goes on at its end when it never saw the queue whole', async () => {
      await queuesOf()
      await broker.pull.moveTo(4, 4)
      expect([broker.searchedTimes, offsets.persisted]).toEqual([[], [4]])
      expect(problems).toMatchObject([{ error: { code: 'QUEUE_SHORTER', details: { nextOffset: 4 } } }])
    })

    it('is none when an administrator has reset the offset', async () => {
      await queuesOf()
      await broker.pull.moveTo(4, 100)
      expect([offsets.persisted, problems]).toEqual([[4], []])
    })
  })

  it('commits a queue that goes to another member, and ignores what is finished later', async () => {
    const queues = await queuesOf()
    await broker.pull.answer([10, 11])
    kept.finish(1)
    expect(await queues.assign('t', [other])).toBe(true)
    expect(offsets.persisted).toEqual([11])
    kept.finish(1)
    await clock.advance(PERSIST_MS)
    expect([offsets.persisted, queues.readers.map((reader) => reader.queue.queueId)]).toEqual([[11], [1]])
  })

  it('commits nothing of a queue whose lock was lost', async () => {
    const queues = await queuesOf()
    await broker.pull.answer([10, 11])
    kept.finish(1)
    queues.lose([queue])
    await clock.advance(PERSIST_MS)
    expect(offsets.persisted).toEqual([])
    expect(problems).toMatchObject([{ error: { code: 'QUEUE_LOCK_LOST' }, source: queue }])
    expect([queues.readers, givenUp]).toEqual([[], 1])
  })

  it('reads from the new offset after a reset, whatever was finished before', async () => {
    const queues = await queuesOf()
    await broker.pull.answer([10, 11])
    kept.finish(1)
    await queues.moveTo(queue, 3)
    expect([offsets.persisted, givenUp]).toEqual([[3], 1])
  })

  it('pauses queues, also those it gets later, and resumes them with what waits', async () => {
    const queues = await queuesOf()
    paused.pause()
    queues.applyPauses()
    await broker.pull.answer([10])
    await queues.assign('t', [queue, other])
    expect(broker.pulls.length).toBe(1)
    paused.resume()
    queues.applyPauses()
    await turns()
    expect(broker.pulls.map(({ fields }) => fields.queueId)).toEqual([0, 0, 1])
    expect(kept.resumed).toEqual([queue, other])
  })

  it('ends its pulls when it stops, and commits at close', async () => {
    const queues = await queuesOf()
    await broker.pull.answer([10, 11])
    queues.stop()
    expect(broker.pull.options.signal!.aborted).toBe(true)
    kept.finish(2)
    await queues.close({ unlock: true })
    expect([offsets.persisted, clock.pending]).toEqual([[12], 0])
  })

  it('reads from the master again after a pull from the slave it was sent to has failed', async () => {
    await queuesOf()
    await broker.pull.answer([10], 1)
    expect(broker.pull.options.brokerId).toBe(1)
    await broker.pull.fail(new Error('away'))
    await clock.advance(3_000)
    expect(broker.pull.options.brokerId).toBe(0)
  })
})
