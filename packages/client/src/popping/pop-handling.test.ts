import type { Clock } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { decodeFailureHistory } from '@rocketeer/protocol/record'
import { beforeEach, describe, expect, it } from 'vitest'
import { answerError } from '../answers.js'
import { parseConsumerOptions } from '../consuming/consumer-options.js'
import { clientErrors } from '../errors.js'
import { FailureNotes } from '../handling/failure-notes.js'
import { HandlerRunner } from '../handling/handler-runner.js'
import { TaskPool } from '../handling/task-pool.js'
import type { HandlerContext, Message } from '../index.js'
import { postpone } from '../index.js'
import { Problems } from '../problems.js'
import { PausedQueues } from '../reading/paused-queues.js'
import type { Brokers } from '../routing/brokers.js'
import type { SendBack } from '../sending/send-back.js'
import { poppedMessage } from '../testing/popped-message.js'
import { PopHandling } from './pop-handling.js'
import { PopOutcomes } from './pop-outcomes.js'
import { RunningPops } from './running-pops.js'

const INVISIBLE_MS = 10_000

/** A clock that a stopped process has missed: no timer fires before the next turn. */
class JumpingClock implements Clock {
  time = 0
  readonly timers: { at: number; task: () => unknown }[] = []
  now = () => this.time
  after = (delayMs: number, task: () => unknown) => {
    const timer = { at: this.time + delayMs, task }
    this.timers.push(timer)
    return { cancel: () => void this.timers.splice(this.timers.indexOf(timer), 1) }
  }
  every = () => ({ cancel: () => undefined })

  async fire(): Promise<void> {
    for (const timer of this.timers.filter(({ at }) => at <= this.time)) {
      this.timers.splice(this.timers.indexOf(timer), 1)
      timer.task()
    }
    await turns()
  }
}

describe('PopHandling', () => {
  let clock: JumpingClock
  let problems: unknown[]
  let asked: {
    command: string
    invisibleTime: number | undefined
    suspend: boolean | undefined
    failureHistory?: string
  }[]
  let keeping: boolean
  let failure: unknown
  let outcomes: PopOutcomes
  let deadLetters: string[]

  beforeEach(() => {
    clock = new JumpingClock()
    problems = []
    asked = []
    deadLetters = []
    failure = undefined
    keeping = false
  })

  function handling(handle: (message: Message, context: HandlerContext) => unknown, concurrency = 2) {
    const config = parseConsumerOptions({
      group: 'g',
      subscribe: { orders: '*' },
      popInvisibleMs: INVISIBLE_MS,
      handle,
    })
    const call = async (
      _: string,
      { name: command }: { name: string },
      fields: { invisibleTime?: number; suspend?: boolean; failureHistory?: string },
    ) => {
      const { invisibleTime, suspend, failureHistory } = fields
      asked.push({ command, invisibleTime, suspend, ...(failureHistory && { failureHistory }) })
      if (failure !== undefined) throw failure
      return { fields: { popTime: 77, invisibleTime, reviveQid: 3 } }
    }
    const sendBack = { send: async (message: Message) => deadLetters.push(message.text()) > 0 }
    const needs = {
      config,
      brokers: { call } as unknown as Brokers,
      clock,
      sendBack: sendBack as unknown as SendBack,
      runner: new HandlerRunner(config),
      pool: new TaskPool(concurrency),
      heartbeats: { keepsFailureHistory: () => keeping },
      notes: new FailureNotes({
        ...{ config, clientId: 'me', clock },
        problems: new Problems(({ error }) => problems.push(error)),
      }),
      paused: new PausedQueues(),
      problems: new Problems(({ error }) => problems.push(error)),
    }
    outcomes = new PopOutcomes(needs)
    return new PopHandling({
      ...needs,
      outcomes,
      running: new RunningPops({ ...needs, outcomes }),
    })
  }

  it('skips messages whose time ran out while the process slept, and counts them', async () => {
    const handled: number[] = []
    let finish = () => {}
    const handle = ({ queueOffset }: Message) => {
      handled.push(queueOffset)
      return queueOffset === 0 ? new Promise<void>((resolve) => (finish = resolve)) : undefined
    }
    handling(handle, 1).submit([0, 1, 2].map((queueOffset) => poppedMessage({ queueOffset }, INVISIBLE_MS)))
    await turns()
    clock.time = INVISIBLE_MS
    finish()
    await turns()
    expect(handled).toEqual([0])
    expect(outcomes.counts).toMatchObject({ leftOut: 2, outOfTime: 1, acknowledged: 0 })
    expect(asked).toEqual([])
    expect(problems).toHaveLength(3)
    expect(problems).toContainEqual(expect.objectContaining({ code: 'INVISIBLE_TIME_OVER' }))
  })

  it('gives a postponed message to whoever pops it next after that time, uncounted', async () => {
    const postponing = handling(() => {
      throw postpone({ afterMs: 700 })
    })
    postponing.submit([poppedMessage({}, INVISIBLE_MS)])
    await turns()
    expect(asked.at(-1)).toEqual({
      command: 'CHANGE_MESSAGE_INVISIBLETIME',
      invisibleTime: 700,
      suspend: true,
    })
    expect(outcomes.counts).toMatchObject({ givenBack: 1, failed: 0 })
  })

  it.each([true, false])('says why its handler failed to a broker that keeps it (%s)', async (keeps) => {
    keeping = keeps
    const handle = () => {
      throw new Error('down')
    }
    handling(handle).submit([poppedMessage({ queueOffset: 4 }, INVISIBLE_MS)])
    await turns()
    expect(asked).toMatchObject([{ command: 'CHANGE_MESSAGE_INVISIBLETIME', invisibleTime: 10_000 }])
    const history = asked[0]!.failureHistory
    expect(history && decodeFailureHistory(history)?.attempts).toEqual(
      keeps
        ? [expect.objectContaining({ error: { name: 'Error', message: 'down' }, reconsumeTimes: 0 })]
        : undefined,
    )
  })

  it('acknowledges with the handle that a renewal gave', async () => {
    let finish = () => {}
    const popped = poppedMessage({ queueOffset: 4 }, INVISIBLE_MS)
    handling(() => new Promise<void>((resolve) => (finish = resolve))).submit([popped])
    await turns()
    clock.time = 6_000
    await clock.fire()
    expect(asked).toEqual([
      { command: 'CHANGE_MESSAGE_INVISIBLETIME', invisibleTime: INVISIBLE_MS, suspend: false },
    ])
    expect(popped.dueAt).toBe(16_000)
    clock.time = 12_000
    finish()
    await turns()
    expect(asked[1]).toMatchObject({ command: 'ACK_MESSAGE' })
    expect(popped.handle).toMatchObject({ startOffset: 4, popTime: 77, reviveQueueId: 3, queueOffset: 4 })
    expect(outcomes.counts).toMatchObject({ acknowledged: 1, outOfTime: 0 })
  })

  it('goes on renewing while the broker is away, until the time is up', async () => {
    let signal: AbortSignal | undefined
    failure = clientErrors.BROKER_UNKNOWN({ brokerName: 'a' })
    const handle = (_: Message, context: HandlerContext) => {
      signal = context.signal
      return new Promise<void>(() => undefined)
    }
    handling(handle).submit([poppedMessage({}, INVISIBLE_MS)])
    await turns()
    for (const time of [2_500, 5_000, 7_500, 10_000]) {
      clock.time = time
      await clock.fire()
    }
    expect(asked).toHaveLength(2)
    expect(signal!.reason).toMatchObject({ code: 'INVISIBLE_TIME_OVER' })
    expect(outcomes.counts.outOfTime).toBe(1)
  })

  it('aborts a handler whose message the broker has given to somebody else', async () => {
    let signal: AbortSignal | undefined
    failure = answerError({
      command: 'CHANGE_MESSAGE_INVISIBLETIME',
      brokerName: 'a',
      address: 'h:1',
      answer: ResponseCode.NO_MESSAGE,
    })
    const handle = (_: Message, context: HandlerContext) => {
      signal = context.signal
      return new Promise<void>(() => undefined)
    }
    handling(handle).submit([poppedMessage({}, INVISIBLE_MS)])
    await turns()
    clock.time = 6_000
    await clock.fire()
    clock.time = 8_500
    await clock.fire()
    expect(signal!.aborted).toBe(true)
    expect(outcomes.counts).toMatchObject({ outOfTime: 1, acknowledged: 0 })
  })

  it('gives back messages that have waited for most of their time, uncounted', async () => {
    handling(() => new Promise<void>(() => undefined), 1).submit(
      [0, 1].map((queueOffset) => poppedMessage({ queueOffset }, INVISIBLE_MS)),
    )
    for (const time of [2_500, 5_000, 7_500]) {
      clock.time = time
      await clock.fire()
    }
    expect(asked).toContainEqual({ command: 'CHANGE_MESSAGE_INVISIBLETIME', invisibleTime: 0, suspend: true })
    expect(outcomes.counts.givenBack).toBe(1)
  })
})

async function turns(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve))
}
