import { ManualClock } from '@rocketeer/foundation'
import { describe, expect, it } from 'vitest'
import type { AppendResult, UncommittedRecord } from './append.js'
import { CommitWaiters } from './commit-waiters.js'

const TIMEOUT_MS = 100

function waiting() {
  const clock = new ManualClock(0)
  const answers: [physicalOffset: number, status: string | undefined][] = []
  const waiters = new CommitWaiters({ clock, timeoutMs: TIMEOUT_MS, awaitedHolder: () => 'disk' })
  const record = (physicalOffset: number): UncommittedRecord => {
    const result: AppendResult = {
      status: 'ok',
      queueOffset: 0,
      physicalOffset,
      storeTimestamp: 0,
      recordBytes: 10,
    }
    return {
      ...result,
      result,
      topic: 'T',
      queueId: 0,
      sysFlag: 0,
      tagsCode: 0,
      keys: undefined,
      uniqueKey: undefined,
      done: (_error, answer) => answers.push([physicalOffset, answer?.status]),
    }
  }
  const offsets = (records: readonly UncommittedRecord[]) =>
    records.map(({ physicalOffset }) => physicalOffset)
  return { clock, waiters, record, answers, offsets }
}

describe('CommitWaiters', () => {
  it('gives records out when the commit point reaches the end of their write, in order', () => {
    const { waiters, record, offsets } = waiting()
    waiters.add([record(0), record(10)], 20)
    waiters.add([record(20)], 30)
    waiters.add([record(30)], 40)
    expect(offsets(waiters.take(19))).toEqual([])
    expect(offsets(waiters.take(20))).toEqual([0, 10])
    expect(offsets(waiters.take(99))).toEqual([20, 30])
    expect(waiters.isEmpty).toBe(true)
    expect(offsets(waiters.takeAll())).toEqual([])
  })

  it('answers those that wait too long, once, and keeps them in line', async () => {
    const { clock, waiters, record, answers, offsets } = waiting()
    waiters.add([record(0)], 10)
    await clock.advance(60)
    waiters.add([record(10)], 20)
    await clock.advance(50)
    expect(answers).toEqual([[0, 'flushTimeout']])
    await clock.advance(50)
    expect(answers).toEqual([
      [0, 'flushTimeout'],
      [10, 'flushTimeout'],
    ])
    const taken = waiters.take(20)
    expect(offsets(taken)).toEqual([0, 10])
    expect(taken.map(({ done }) => done)).toEqual([undefined, undefined])
  })

  it('has no timer while nobody waits', async () => {
    const { clock, waiters, record } = waiting()
    expect(clock.pending).toBe(0)
    waiters.add([record(0)], 10)
    waiters.take(10)
    waiters.add([record(10)], 20)
    expect(clock.pending).toBe(1)
    await clock.advance(TIMEOUT_MS * 3)
    expect(clock.pending).toBe(0)
  })

  it('leaves records of another log alone: nobody waits for them', async () => {
    const { clock, waiters, record, answers, offsets } = waiting()
    const { result: _, done: __, ...copied } = record(0)
    waiters.add([copied], 10)
    await clock.advance(TIMEOUT_MS)
    expect(answers).toEqual([])
    expect(offsets(waiters.take(10))).toEqual([0])
  })
})
