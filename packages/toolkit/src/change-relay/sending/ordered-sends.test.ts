import type { MessageToSend, SendReceipt } from '@rocketeer/client'
import { defineErrors, errorRow, ManualClock } from '@rocketeer/foundation'
import { beforeEach, describe, expect, it } from 'vitest'
import { OrderedSends } from './ordered-sends.js'

const errors = defineErrors({ MESSAGE_TOO_LARGE: errorRow({ message: () => 'too long' }) })
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('sends in order', () => {
  let clock: ManualClock
  let abort: AbortController
  let sends: OrderedSends
  /** Bodies in the order in which the broker got them. */
  let attempts: string[]
  let stored: string[]
  let problems: unknown[]
  let hopeless: unknown[]
  /** Answers to attempts, by body; those without one are answered at once. */
  let answers: Map<string, (body: string) => Promise<void>>

  beforeEach(() => {
    clock = new ManualClock()
    abort = new AbortController()
    attempts = []
    stored = []
    problems = []
    hopeless = []
    answers = new Map()
    sends = new OrderedSends({
      producer: { send },
      clock,
      signal: abort.signal,
      onProblem: (error) => problems.push(error),
      onHopeless: (error) => hopeless.push(error),
      onStored() {},
    })
  })

  async function send({ body }: MessageToSend): Promise<SendReceipt> {
    attempts.push(String(body))
    await answers.get(String(body))?.(String(body))
    return {} as SendReceipt
  }

  function give(orderKey: string, body: string, after?: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const onStored = () => {
        stored.push(body)
        resolve()
      }
      const shorten = () => ({ topic: 't', body: `${body}-short` })
      sends.send(orderKey, { message: { topic: 't', body }, after, onStored, shorten })
    })
  }

  it('lets nothing of the same key overtake a message that fails, and nothing of others wait', async () => {
    let failures = 3
    answers.set('a1', async () => {
      if (failures-- > 0) throw new Error('no broker')
    })
    void give('a', 'a1')
    void give('a', 'a2')
    await give('b', 'b1')
    expect(stored).toEqual(['b1'])
    await clock.advance(100 + 200 + 400)
    await turn()
    expect(attempts).toEqual(['a1', 'b1', 'a1', 'a1', 'a1', 'a2'])
    expect(stored).toEqual(['b1', 'a1', 'a2'])
    expect(problems).toHaveLength(3)
    expect(sends.underway).toBe(0)
  })

  it('sends a message after another one of a different key where that is asked for', async () => {
    let release = () => {}
    answers.set('old', () => new Promise((resolve) => (release = resolve)))
    const old = give('a', 'old')
    const created = give('b', 'new', old)
    await turn()
    expect(attempts).toEqual(['old'])
    release()
    await created
    expect(stored).toEqual(['old', 'new'])
  })

  it('shortens a message that is too long once, and gives its key up when that does not help', async () => {
    const tooLarge = async () => {
      throw errors.MESSAGE_TOO_LARGE({})
    }
    answers.set('a', tooLarge)
    await give('a', 'a')
    expect(attempts).toEqual(['a', 'a-short'])
    answers.set('b', tooLarge).set('b-short', tooLarge)
    void give('b', 'b')
    await turn()
    void give('b', 'b2')
    await turn()
    expect(hopeless).toMatchObject([{ code: 'MESSAGE_TOO_LARGE' }])
    expect(attempts).not.toContain('b2')
    expect(sends.underway).toBe(0)
  })

  it('gives up what waits when it is aborted', async () => {
    answers.set('a', async () => {
      throw new Error('no broker')
    })
    void give('a', 'a')
    await turn()
    abort.abort()
    await clock.advance(60_000)
    expect(attempts).toEqual(['a'])
  })
})
