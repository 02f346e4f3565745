import { describe, expect, it } from 'vitest'
import { ManualClock } from './manual-clock.js'
import { Rounds, type RoundsOptions } from './rounds.js'

const NEVER = Number.POSITIVE_INFINITY

/** Rounds that note when they began and end when the test says so. */
class Scene {
  readonly clock = new ManualClock(0)
  readonly beganAt: number[] = []
  readonly failures: unknown[] = []
  readonly rounds: Rounds
  #finish: ((next: number | Error) => void) | undefined

  constructor(round?: RoundsOptions['round']) {
    this.rounds = new Rounds({
      clock: this.clock,
      round: () => {
        this.beganAt.push(this.clock.now())
        if (round !== undefined) return round()
        return new Promise((resolve, reject) => {
          this.#finish = (next) => (typeof next === 'number' ? resolve(next) : reject(next))
        })
      },
      onFailure: (error) => this.failures.push(error),
      retryAfterMs: 1_000,
    })
  }

  async finish(next: number | Error): Promise<void> {
    this.#finish!(next)
    await this.clock.advance(0)
  }
}

describe('Rounds', () => {
  it('runs at the earliest time asked for, then when the round says, and not at all while nothing waits', async () => {
    const nexts = [80, NEVER, NEVER]
    const { rounds, clock, beganAt } = new Scene(() => nexts.shift()!)
    rounds.start()
    expect(clock.pending).toBe(0)
    rounds.due(100)
    rounds.due(30)
    rounds.due(200)
    await clock.advance(1_000)
    expect(beganAt).toEqual([30, 80])
    expect(clock.pending).toBe(0)
    rounds.due(2_000)
    await clock.advance(1_000)
    expect(beganAt).toEqual([30, 80, 2_000])
  })

  it('begins what is due already without the clock, after the call', async () => {
    const { rounds, clock, beganAt } = new Scene(() => NEVER)
    rounds.start()
    rounds.due(clock.now())
    rounds.due(-5)
    expect(beganAt).toEqual([])
    await new Promise((resolve) => setImmediate(resolve))
    expect(beganAt).toEqual([0])
  })

  it('runs one round at a time: what becomes due meanwhile follows it', async () => {
    const scene = new Scene()
    const { rounds, clock, beganAt } = scene
    rounds.start()
    rounds.due(10)
    await clock.advance(20)
    rounds.due(15)
    rounds.due(50)
    await clock.advance(20)
    expect(beganAt).toEqual([10])
    await scene.finish(NEVER)
    expect(beganAt).toEqual([10, 40])
    rounds.due(50)
    await scene.finish(90)
    await clock.advance(10)
    expect(beganAt).toEqual([10, 40, 50])
  })

  it('follows a round directly while there is more to do, and stops between two', async () => {
    const scene = new Scene()
    const { rounds, beganAt } = scene
    rounds.start()
    rounds.due(0)
    await scene.clock.advance(0)
    await scene.finish(0)
    expect(beganAt).toEqual([0, 0])
    const stopping = rounds.stop()
    rounds.start()
    await scene.finish(0)
    await stopping
    expect(beganAt).toEqual([0, 0, 0])
  })

  it('takes a round that its own round asks for', async () => {
    const scene = new Scene(() => {
      if (scene.beganAt.length < 3) scene.rounds.due(scene.clock.now())
      return NEVER
    })
    scene.rounds.start()
    scene.rounds.due(0)
    await scene.clock.advance(0)
    expect(scene.beganAt).toEqual([0, 0, 0])
    expect(scene.clock.pending).toBe(0)
  })

  it('reports a failed round and tries again after the pause, which nothing shortens', async () => {
    const scene = new Scene()
    const { rounds, clock, beganAt, failures } = scene
    rounds.start()
    rounds.due(10)
    await clock.advance(10)
    await scene.finish(new Error('no'))
    expect(failures).toEqual([new Error('no')])
    rounds.due(clock.now())
    await clock.advance(999)
    expect(beganAt).toEqual([10])
    await clock.advance(1)
    expect(beganAt).toEqual([10, 1_010])
    await scene.finish(1_020)
    await clock.advance(100)
    expect(beganAt).toEqual([10, 1_010, 1_020])
  })

  it('reports a round that throws before it waits for anything', async () => {
    const { rounds, clock, beganAt, failures } = new Scene(() => {
      throw new Error('at once')
    })
    rounds.start()
    rounds.due(0)
    await clock.advance(2_500)
    expect(beganAt).toEqual([0, 1_000, 2_000])
    expect(failures).toHaveLength(3)
  })

  it('stops when the running round is over, and begins none meanwhile', async () => {
    const scene = new Scene()
    const { rounds, clock, beganAt } = scene
    rounds.start()
    rounds.due(0)
    await clock.advance(0)
    let stopped = false
    const stopping = rounds.stop().then(() => {
      stopped = true
    })
    await clock.advance(100)
    expect(stopped).toBe(false)
    await scene.finish(50)
    await stopping
    await clock.advance(1_000)
    expect(beganAt).toEqual([0])
    expect(clock.pending).toBe(0)
  })

  it('starts again with what was left, and what became due while it was stopped', async () => {
    const { rounds, clock, beganAt } = new Scene(() => NEVER)
    rounds.due(5)
    await clock.advance(10)
    expect(beganAt).toEqual([])
    rounds.start()
    await clock.advance(0)
    expect(beganAt).toEqual([10])
    rounds.due(100)
    await rounds.stop()
    await clock.advance(200)
    rounds.start()
    rounds.start()
    await clock.advance(10)
    expect(beganAt).toEqual([10, 210])
  })

  it('starts again without the pause of a failed round', async () => {
    const scene = new Scene()
    scene.rounds.start()
    scene.rounds.due(0)
    await scene.clock.advance(0)
    await scene.finish(new Error('no'))
    await scene.rounds.stop()
    scene.rounds.start()
    await scene.clock.advance(0)
    expect(scene.beganAt).toEqual([0, 0])
  })

  it('goes on when it is started while the last round is still running', async () => {
    const scene = new Scene()
    const { rounds, clock, beganAt } = scene
    rounds.start()
    rounds.due(0)
    await clock.advance(0)
    const stopping = rounds.stop()
    rounds.start()
    await scene.finish(20)
    await stopping
    await clock.advance(20)
    expect(beganAt).toEqual([0, 20])
  })

  it('is closed for good, waiting or running', async () => {
    const scene = new Scene()
    const { rounds, clock, beganAt } = scene
    rounds.start()
    rounds.due(10)
    await clock.advance(10)
    const closing = rounds.close()
    await scene.finish(20)
    await closing
    rounds.due(30)
    await clock.advance(100)
    expect(beganAt).toEqual([10])
    expect(() => rounds.start()).toThrow('closed')

    const waiting = new Scene(() => NEVER)
    waiting.rounds.start()
    waiting.rounds.due(10)
    await waiting.rounds.close()
    expect(waiting.clock.pending).toBe(0)
  })
})

it('stop called by the round itself, before it waits for anything, waits for that round too', async () => {
  const clock = new ManualClock(0)
  const events: string[] = []
  const rounds = new Rounds({
    clock,
    round: async () => {
      void rounds.stop().then(() => events.push('stopped'))
      await clock.advance(0)
      events.push('round over')
      return NEVER
    },
    onFailure: (error) => events.push(String(error)),
    retryAfterMs: 1_000,
  })
  rounds.start()
  rounds.due(10)
  await clock.advance(20)
  await rounds.stop()
  await clock.advance(0)
  expect(events).toEqual(['round over', 'stopped'])
})
