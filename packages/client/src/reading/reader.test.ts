import { channel } from 'node:diagnostics_channel'
import { ManualClock } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { remotingErrors } from '@rocketeer/remoting'
import { beforeEach, describe, expect, it } from 'vitest'
import { answerError } from '../answers.js'
import { type Problem, Problems } from '../problems.js'
import { type PauseMs, Reader, type ReaderNeeds } from './reader.js'

interface Answer {
  status: string
  messages: number[]
}

const queue = { topic: 't', brokerName: 'b', queueId: 1 }
const published = channel('reader-test')
const found = (...messages: number[]): Answer => ({ status: 'found', messages })
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Reads what the test answers; takes one after the other, and has room for so many messages. */
class TestReader extends Reader<Answer, number[]> {
  room = Number.POSITIVE_INFINITY
  requests = 0
  signal: AbortSignal | undefined
  #answer: ((answer: Answer | Promise<Answer>) => void) | undefined

  constructor(needs: ReaderNeeds) {
    super(needs, published)
  }

  answer(answer: Answer | Promise<Answer>): Promise<unknown> {
    this.#answer!(answer)
    return turn()
  }

  makeRoom(room: number): Promise<unknown> {
    this.room = room
    this.wake()
    return turn()
  }

  protected get hasRoom(): boolean {
    return this.room > 0
  }

  protected ask(signal: AbortSignal): Promise<Answer> {
    this.requests++
    this.signal = signal
    return new Promise((resolve) => {
      this.#answer = resolve
    })
  }

  protected take({ status, messages }: Answer): number[] | PauseMs {
    if (status === 'full') return 3_000
    this.room -= messages.length
    return messages
  }
}

describe('Reader', () => {
  let clock: ManualClock
  let problems: Problem[]
  let heartbeats: number
  let refused: unknown[]
  let reader: TestReader
  let batches: number[][]
  let ended: boolean

  beforeEach(async () => {
    clock = new ManualClock(0)
    problems = []
    heartbeats = 0
    refused = []
    batches = []
    ended = false
    reader = new TestReader({
      queue,
      config: { group: 'g' },
      heartbeats: { soon: () => heartbeats++ },
      onQueueRefused: (which) => refused.push(which),
      clock,
      problems: new Problems((problem) => problems.push(problem)),
    })
    void consume()
    await turn()
  })

  async function consume(): Promise<void> {
    for await (const batch of reader) batches.push(batch)
    ended = true
  }

  const fail = (answer: number, remark = 'no') => {
    const failed = Promise.reject(
      answerError({ command: 'PULL_MESSAGE', brokerName: 'b', address: 'b:1', answer, remark }),
    )
    failed.catch(() => undefined)
    return reader.answer(failed)
  }

  it('gives batch after batch, one request at a time', async () => {
    await reader.answer(found(1, 2))
    await reader.answer({ status: 'none-new', messages: [] })
    await reader.answer(found(3))
    expect([batches, reader.requests]).toEqual([[[1, 2], [], [3]], 4])
  })

  it('asks for no more while the backlog has no room', async () => {
    reader.room = 2
    await reader.answer(found(1, 2))
    await clock.advance(60_000)
    expect(reader.requests).toBe(1)
    await reader.makeRoom(1)
    expect(reader.requests).toBe(2)
    await reader.answer(found(3))
    expect(batches).toEqual([[1, 2], [3]])
  })

  it('asks for no more while it is paused, but brings what was under way', async () => {
    reader.pause()
    await reader.answer(found(1))
    expect([batches, reader.requests, reader.paused]).toEqual([[[1]], 1, true])
    reader.resume()
    await turn()
    expect([reader.requests, reader.paused]).toEqual([2, false])
  })

  it('stays paused when there is room again', async () => {
    reader.room = 1
    await reader.answer(found(1))
    reader.pause()
    await reader.makeRoom(1)
    expect(reader.requests).toBe(1)
    reader.resume()
    await turn()
    expect(reader.requests).toBe(2)
  })

  it('reports a failure and asks again after 3 s', async () => {
    await fail(ResponseCode.SYSTEM_ERROR)
    expect(problems).toMatchObject([{ error: { code: 'BROKER_REFUSED' }, source: queue }])
    await clock.advance(2_999)
    expect(reader.requests).toBe(1)
    await clock.advance(1)
    expect(reader.requests).toBe(2)
  })

  it('waits for a heartbeat when the broker lost the subscription, and reports a problem only when that did not help', async () => {
    await fail(ResponseCode.SUBSCRIPTION_NOT_EXIST)
    await clock.advance(200)
    expect([heartbeats, problems.length, reader.requests]).toEqual([1, 0, 2])
    await fail(ResponseCode.SUBSCRIPTION_NOT_EXIST)
    await clock.advance(3_000)
    expect([heartbeats, problems.length, reader.requests]).toEqual([2, 1, 3])
  })

  it('asks soon whether a broker is back whose connection broke, then more rarely', async () => {
    const breaks = () => {
      const broken = Promise.reject(remotingErrors.CONNECTION_CLOSED({ address: 'b:1', reason: 'gone' }))
      broken.catch(() => undefined)
      return reader.answer(broken)
    }
    for (const [pauseMs, requests] of [
      [200, 2],
      [400, 3],
      [800, 4],
    ] as const) {
      await breaks()
      await clock.advance(pauseMs - 1)
      expect(reader.requests).toBe(requests - 1)
      await clock.advance(1)
      expect(reader.requests).toBe(requests)
    }
    await reader.answer(found(1))
    await breaks()
    await clock.advance(200)
    expect(reader.requests).toBe(6)
  })

  it('tells of a queue that is gone, and reports a problem only when it is still asked for it then', async () => {
    const gone = 'queueId[5] is illegal, topic:[orders] topicConfig.readQueueNums:[2] consumer:[10.0.0.1]'
    await fail(ResponseCode.INVALID_PARAMETER, gone)
    expect([refused, problems.length]).toEqual([[queue], 0])
    await clock.advance(3_000)
    // As brokers of 4.x answer.
    await fail(ResponseCode.SYSTEM_ERROR, gone)
    expect([refused.length, problems.length]).toEqual([2, 1])
    await clock.advance(3_000)
    await fail(ResponseCode.TOPIC_NOT_EXIST)
    expect([refused.length, problems.length]).toEqual([3, 2])
  })

  it('pauses as long as `take` says', async () => {
    await reader.answer({ status: 'full', messages: [] })
    await clock.advance(2_999)
    expect(reader.requests).toBe(1)
    await clock.advance(1)
    expect([reader.requests, batches, problems]).toEqual([2, [], []])
  })

  it.each(['stop', 'drop'] as const)('ends when it is told to %s: reading', async (end) => {
    reader[end]()
    expect(reader.signal!.aborted).toBe(true)
    await fail(ResponseCode.SYSTEM_ERROR)
    expect([ended, problems, clock.pending]).toEqual([true, [], 0])
  })

  it.each(['stop', 'drop'] as const)(
    'ends when it is told to %s: full, paused, or after a failure',
    async (end) => {
      reader.room = 1
      await reader.answer(found(1))
      reader.pause()
      reader[end]()
      await turn()
      expect([ended, reader.paused, reader.stopped]).toEqual([true, false, true])
    },
  )

  it('ends in the pause after a failure', async () => {
    await fail(ResponseCode.SYSTEM_ERROR)
    reader.stop()
    await turn()
    expect([ended, clock.pending]).toEqual([true, 0])
  })

  it('is dropped for good: neither stop nor resume takes that back', () => {
    reader.drop()
    reader.stop()
    reader.resume()
    expect([reader.dropped, reader.stopped, reader.paused]).toEqual([true, true, false])
  })

  it('can be dropped after it was stopped', () => {
    reader.stop()
    expect(reader.dropped).toBe(false)
    reader.drop()
    expect(reader.dropped).toBe(true)
  })

  it('publishes what each request brought', async () => {
    const seen: unknown[] = []
    const listener = (message: unknown) => seen.push(message)
    published.subscribe(listener)
    await reader.answer(found(7, 8))
    published.unsubscribe(listener)
    const elapsedMs = expect.any(Number)
    expect(seen).toEqual([{ group: 'g', queue, status: 'found', messageCount: 2, elapsedMs }])
  })
})
