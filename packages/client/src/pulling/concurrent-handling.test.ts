import { ManualClock } from '@rocketeer/foundation'
import { Gate } from '@rocketeer/test-kit'
import { beforeEach, describe, expect, it } from 'vitest'
import { type ConsumerOptions, parseConsumerOptions } from '../consuming/consumer-options.js'
import { FailureNotes } from '../handling/failure-notes.js'
import { HandlerRunner } from '../handling/handler-runner.js'
import type { HandlerContext } from '../handling/handling-options.js'
import { postpone } from '../handling/postpone.js'
import { retryLater } from '../handling/retry-later.js'
import { TaskPool } from '../handling/task-pool.js'
import type { Message } from '../messages/received-message.js'
import { Problems } from '../problems.js'
import type { SendBack } from '../sending/send-back.js'
import { madeMessage } from '../testing/made-message.js'
import { ConcurrentHandling } from './concurrent-handling.js'
import { ProcessQueue, type PulledMessage } from './process-queue.js'
import type { PullReader } from './pull-reader.js'

const turns = () => new Promise<void>((resolve) => setTimeout(resolve, 5))

/** The part of a reader that the handling sees. */
class Reader {
  readonly queue = { topic: 't', brokerName: 'b', queueId: 0 }
  readonly backlog = new ProcessQueue(0, { messagesMax: 100, bytesMax: 10_000, spanMax: 100 })
  dropped = false
  stopped = false
  paused = false

  finish(pulled: PulledMessage): void {
    if (!this.dropped) this.backlog.finish(pulled)
  }
}

describe('ConcurrentHandling', () => {
  let clock: ManualClock
  let reader: Reader
  let problems: unknown[]
  let sentBack: { offset: number; delayLevel: number }[]
  let brokerFails: boolean

  beforeEach(() => {
    clock = new ManualClock(0)
    reader = new Reader()
    problems = []
    sentBack = []
    brokerFails = false
  })

  function handling(options: Partial<ConsumerOptions>): ConcurrentHandling {
    const config = parseConsumerOptions({ group: 'g', subscribe: { t: '*' }, ...options })
    const sendBack = {
      send: async (message: Message, delayLevel: number) => {
        if (!brokerFails) sentBack.push({ offset: message.physicalOffset, delayLevel })
        return !brokerFails
      },
    }
    return new ConcurrentHandling({
      config,
      runner: new HandlerRunner(config),
      pool: new TaskPool(config.concurrency),
      sendBack: sendBack as unknown as SendBack,
      notes: new FailureNotes({
        ...{ config, clientId: 'me', clock },
        problems: new Problems(({ error }) => problems.push(error)),
      }),
      clock,
      problems: new Problems(({ error }) => problems.push(error)),
    })
  }

  function submit(to: ConcurrentHandling, count: number): void {
    const messages = Array.from({ length: count }, (_, i) =>
      madeMessage({ queueOffset: i, physicalOffset: 1000 + i, body: Buffer.from(`m${i}`) }),
    )
    to.submit(reader as unknown as PullReader, reader.backlog.add(messages, count))
  }

  it('sends back the messages whose handlers failed, and goes on', async () => {
    const handle = (message: Message) => {
      if (message.queueOffset === 1) throw new Error('no')
      if (message.queueOffset === 2) throw retryLater({ delayLevel: 5 })
    }
    submit(handling({ handle }), 4)
    await turns()
    expect(sentBack).toMatchObject([
      { offset: 1001, delayLevel: 0 },
      { offset: 1002, delayLevel: 5 },
    ])
    expect(reader.backlog.commitOffset).toBe(4)
    // A handler that asks for a retry has no problem.
    expect(problems).toEqual([new Error('no')])
  })

  it('handles postponed messages again here, together and uncounted, and commits nothing until then', async () => {
    const seen: [number, number[], number][] = []
    const handleBatch = (messages: readonly Message[]) => {
      seen.push([clock.now(), messages.map((each) => each.queueOffset), messages[0]!.reconsumeTimes])
      if (seen.length === 1) throw postpone({ afterMs: 300 })
      if (seen.length === 2) throw postpone()
    }
    submit(handling({ handle: undefined, handleBatch, batchSize: 2 } as Partial<ConsumerOptions>), 2)
    await turns()
    await clock.advance(300)
    expect(reader.backlog.commitOffset).toBe(0)
    await clock.advance(1_000)
    expect(seen).toEqual([
      [0, [0, 1], 0],
      [300, [0, 1], 0],
      [1_300, [0, 1], 0],
    ])
    expect(reader.backlog.commitOffset).toBe(2)
    expect([sentBack, problems]).toEqual([[], []])
  })

  it('keeps a postponed message of a paused queue until that is resumed', async () => {
    let calls = 0
    const handle = () => {
      if (++calls > 1) return
      reader.paused = true
      throw postpone({ afterMs: 0 })
    }
    const handles = handling({ handle })
    submit(handles, 1)
    await turns()
    // Longer than a handler may keep a message: no handler has it.
    await clock.advance(24 * 3_600_000)
    expect([calls, sentBack]).toEqual([1, []])
    reader.paused = false
    handles.resume(reader as unknown as PullReader)
    await turns()
    expect([calls, reader.backlog.commitOffset]).toEqual([2, 1])
  })

  it('handles a message again after 5 s when it cannot be sent back, and commits nothing until then', async () => {
    const seen: [number, number][] = []
    const handle = (message: Message) => {
      seen.push([clock.now(), message.reconsumeTimes])
      if (seen.length < 3) throw new Error('no')
    }
    brokerFails = true
    submit(handling({ handle }), 1)
    await turns()
    expect(reader.backlog.commitOffset).toBe(0)
    await clock.advance(10_000)
    expect(seen).toEqual([
      [0, 0],
      [5_000, 1],
      [10_000, 2],
    ])
    expect(reader.backlog.commitOffset).toBe(1)
  })

  it('takes a message from a slow handler once, whatever the handler does later', async () => {
    const gate = new Gate()
    const contexts: HandlerContext[] = []
    const handle = async (_message: Message, context: HandlerContext) => {
      contexts.push(context)
      await gate.opened
      throw new Error('too late')
    }
    submit(handling({ handle, consumeTimeoutMs: 1_000 }), 1)
    await clock.advance(999)
    expect(sentBack).toEqual([])
    await clock.advance(1)
    expect(contexts[0]!.signal.reason).toMatchObject({ code: 'CONSUME_TIMEOUT' })
    expect(reader.backlog.commitOffset).toBe(1)
    await clock.advance(10_000)
    gate.open()
    await turns()
    expect(sentBack).toEqual([{ offset: 1000, delayLevel: 3 }])
  })

  it('neither commits nor sends back for a queue that went to another consumer', async () => {
    const gate = new Gate()
    const handle = async () => {
      await gate.opened
      throw new Error('no')
    }
    submit(handling({ handle, concurrency: 1 }), 2)
    reader.dropped = true
    reader.stopped = true
    gate.open()
    await turns()
    expect([sentBack, problems, reader.backlog.commitOffset]).toEqual([[], [], 0])
  })

  it('gives a batch one outcome', async () => {
    const batches: string[][] = []
    const handleBatch = (messages: readonly Message[]) => {
      batches.push(messages.map((message) => message.text()))
      if (batches.length === 2) throw new Error('no')
    }
    submit(handling({ handleBatch, batchSize: 2, concurrency: 1 }), 5)
    await turns()
    expect(batches).toEqual([['m0', 'm1'], ['m2', 'm3'], ['m4']])
    expect(sentBack.map(({ offset }) => offset)).toEqual([1002, 1003])
    expect(reader.backlog.commitOffset).toBe(5)
    expect(problems).toEqual([new Error('no')])
  })

  it('has no problem with a handler that ends because it was told to', async () => {
    const reason = new Error('closed')
    const ended =
      (error: unknown) =>
      (_message: Message, { signal }: HandlerContext) =>
        new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(error)))
    for (const error of [reason, new DOMException('aborted'), new Error('aborted', { cause: reason })]) {
      const closing = handling({ handle: ended(error) })
      submit(closing, 1)
      await closing.close(1, reason)
      await turns()
    }
    expect(problems).toEqual([new DOMException('aborted')])
    expect(sentBack).toHaveLength(3)
  })

  it('leaves no timer behind when it closes', async () => {
    brokerFails = true
    const handle = () => {
      throw new Error('no')
    }
    const closing = handling({ handle })
    submit(closing, 1)
    await turns()
    expect(clock.pending).toBeGreaterThan(0)
    await closing.close(1_000, new Error('closed'))
    expect(clock.pending).toBe(0)
  })

  it('waits at close for what runs, but begins nothing more', async () => {
    const gate = new Gate()
    const seen: string[] = []
    const handle = async (message: Message) => {
      seen.push(message.text())
      await gate.opened
    }
    const closing = handling({ handle, concurrency: 2 })
    submit(closing, 4)
    const closed = closing.close(10_000, new Error('closed'))
    gate.open()
    expect(await closed).toBe(true)
    expect(seen).toEqual(['m0', 'm1'])
    expect(reader.backlog.commitOffset).toBe(2)
  })
})
