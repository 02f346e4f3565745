import { ManualClock } from '@rocketeer/foundation'
import { describe, expect, it } from 'vitest'
import { Problems } from '../problems.js'
import { AssignmentRounds } from './assignment-rounds.js'

const clock = new ManualClock(0)

function roundsOf(round: () => Promise<number>): AssignmentRounds {
  return new AssignmentRounds({ clock, problems: new Problems(() => {}), round })
}

/** A round that takes until it is told to end. */
class Slow {
  begun = 0
  #end: (() => void)[] = []
  readonly round = async (): Promise<number> => {
    this.begun++
    await new Promise<void>((resolve) => this.#end.push(resolve))
    return Number.POSITIVE_INFINITY
  }
  end(): void {
    for (const end of this.#end.splice(0)) end()
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('AssignmentRounds', () => {
  it('makes everybody who asks during a round wait for the next one', async () => {
    const slow = new Slow()
    const rounds = roundsOf(slow.round)
    const over: string[] = []
    void rounds.now().then(() => over.push('first'))
    await turn()
    void rounds.now().then(() => over.push('second'))
    void rounds.now().then(() => over.push('third'))
    slow.end()
    await turn()
    await turn()
    expect([slow.begun, over]).toEqual([2, ['first']])
    slow.end()
    await turn()
    expect([slow.begun, over]).toEqual([2, ['first', 'second', 'third']])
  })

  it('runs again at the time the last round named', async () => {
    const times: number[] = []
    const rounds = roundsOf(async () => {
      times.push(clock.now())
      return times.length < 3 ? clock.now() + 1_000 : Number.POSITIVE_INFINITY
    })
    await rounds.now()
    await clock.advance(10_000)
    expect(times).toEqual([0, 1_000, 2_000])
  })

  it('keeps nobody waiting once it is closed, and waits for the round that runs', async () => {
    const slow = new Slow()
    const rounds = roundsOf(slow.round)
    const first = rounds.now()
    await turn()
    const second = rounds.now()
    let closed = false
    const closing = rounds.close().then(() => {
      closed = true
    })
    await turn()
    expect(closed).toBe(false)
    slow.end()
    await Promise.all([first, second, closing, rounds.now()])
    expect(slow.begun).toBe(1)
  })
})
