import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ManualClock } from './manual-clock.js'
import { Rounds } from './rounds.js'

const NEVER = Number.POSITIVE_INFINITY
const RETRY_AFTER_MS = 7

/** What the test does next; times are milliseconds from then on. */
const step = fc.oneof(
  fc.record({ do: fc.constant('start' as const) }),
  fc.record({ do: fc.constant('stop' as const) }),
  fc.record({ do: fc.constant('due' as const), ms: fc.integer({ min: -3, max: 20 }) }),
  fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 15 }) }),
  fc.record({ do: fc.constant('finish' as const), next: fc.option(fc.integer({ min: 0, max: 20 })) }),
  fc.record({ do: fc.constant('fail' as const) }),
)

/** The same rules in their simplest form: looked at again after each millisecond and each step. */
class Model {
  started = false
  running = false
  dueAt = NEVER
  pausedUntil = -NEVER
  readonly beganAt: number[] = []

  look(now: number): void {
    if (!this.started || this.running || Math.max(this.dueAt, this.pausedUntil) > now) return
    this.running = true
    this.dueAt = NEVER
    this.beganAt.push(now)
  }

  due(at: number): void {
    this.dueAt = Math.min(this.dueAt, at)
  }

  start(): void {
    if (!this.started) this.pausedUntil = -NEVER
    this.started = true
  }
}

it('rounds begin when a simple model says, in whatever order they are asked for, fail, start and stop', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const clock = new ManualClock(0)
      const model = new Model()
      const beganAt: number[] = []
      let failures = 0
      let end: { resolve: (next: number) => void; reject: (error: Error) => void } | undefined
      const stops: { resolved: boolean }[] = []
      const rounds = new Rounds({
        clock,
        round: () => {
          expect(end, 'two rounds at a time').toBeUndefined()
          beganAt.push(clock.now())
          return new Promise((resolve, reject) => {
            end = { resolve, reject }
          })
        },
        onFailure: () => failures++,
        retryAfterMs: RETRY_AFTER_MS,
      })
      const finish = async (next: number | undefined) => {
        if (end === undefined) return
        const { resolve, reject } = end
        end = undefined
        model.running = false
        if (next === undefined) {
          model.pausedUntil = clock.now() + RETRY_AFTER_MS
          model.due(clock.now())
          reject(new Error('failed'))
        } else {
          model.due(next)
          resolve(next)
        }
        await clock.advance(0)
      }
      for (const action of steps) {
        if (action.do === 'start') {
          model.start()
          rounds.start()
        } else if (action.do === 'stop') {
          model.started = false
          const stop = { resolved: false }
          stops.push(stop)
          void rounds.stop().then(() => {
            stop.resolved = true
          })
        } else if (action.do === 'due') {
          model.due(clock.now() + action.ms)
          rounds.due(clock.now() + action.ms)
        } else if (action.do === 'advance') {
          for (let i = 0; i < action.ms; i++) {
            await clock.advance(1)
            model.look(clock.now())
          }
        } else {
          await finish(
            action.do === 'fail' ? undefined : action.next === null ? NEVER : clock.now() + action.next,
          )
        }
        await clock.advance(0)
        model.look(clock.now())
        expect(beganAt).toEqual(model.beganAt)
        expect(rounds.started).toBe(model.started)
        expect(rounds.dueAt).toBe(model.dueAt)
        if (!model.running) expect(stops.every(({ resolved }) => resolved)).toBe(true)
      }
      const closed = rounds.close()
      model.started = false
      await finish(NEVER)
      await closed
      expect(clock.pending).toBe(0)
      rounds.due(0)
      await clock.advance(100)
      expect(beganAt).toEqual(model.beganAt)
    }),
    { numRuns: 150 },
  )
}, 30_000)
