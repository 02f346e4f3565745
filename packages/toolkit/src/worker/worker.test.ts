import { EventEmitter } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { Worker } from './worker.js'

/** The process is warned of each class once, so the test has one of its own. */
class Fire extends Error {}

class Watchman extends Worker {
  closings = 0

  constructor(signal?: AbortSignal) {
    super('the watchman', signal)
    this.resources.defer(() => {
      this.closings++
    })
  }

  waitFor(database: Promise<void>): void {
    this.closeInTime(() => database)
  }

  workWith(member: EventEmitter): void {
    this.closeWith(member)
  }

  seeFire(): void {
    this.report(new Fire('fire'), { street: 'Main Street' })
  }
}

describe('a worker', () => {
  it('closes once, however often it is asked to', async () => {
    const watchman = new Watchman()
    await using _ = watchman
    await Promise.all([watchman.close(), watchman.close()])
    expect(watchman).toMatchObject({ isClosed: true, closings: 1 })
  })

  it('closes with what it works with, and does not listen to it afterwards', async () => {
    const [producer, other] = [new EventEmitter(), new EventEmitter()]
    const watchman = new Watchman()
    for (const each of [producer, other]) watchman.workWith(each)
    producer.emit('close')
    await watchman.close()
    expect(watchman).toMatchObject({ isClosed: true, closings: 1 })
    expect([producer, other].map((each) => each.listenerCount('close'))).toEqual([0, 0])
  })

  it('closes when its signal is aborted, before or after it is made', async () => {
    const controller = new AbortController()
    const before = new Watchman(controller.signal)
    controller.abort()
    const after = new Watchman(controller.signal)
    expect(before.closings).toBe(1)
    await Promise.resolve()
    expect(after.closings).toBe(1)
  })

  it('closes without a database that never answers, and says so; what waits behind it is closed, too', async () => {
    vi.useFakeTimers()
    try {
      const watchman = new Watchman()
      const problems: unknown[] = []
      watchman.on('problem', (error) => problems.push(error))
      watchman.waitFor(new Promise(() => {}))
      const closing = watchman.close()
      await vi.advanceTimersByTimeAsync(9_999)
      expect(watchman.closings).toBe(0)
      await vi.advanceTimersByTimeAsync(1)
      await closing
      expect(watchman.closings).toBe(1)
      expect(problems).toMatchObject([{ code: 'CLOSE_TIMED_OUT' }])
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it('tells its problems to those who listen, and warns the process when nobody does', async () => {
    const warnings: Error[] = []
    const keep = (warning: Error) => warnings.push(warning)
    process.on('warning', keep)
    await using watchman = new Watchman()
    watchman.seeFire()
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', keep)
    expect(warnings).toMatchObject([{ message: 'the watchman has a problem: fire' }])

    const heard: unknown[] = []
    watchman.on('problem', (error, source) => heard.push([(error as Error).message, source]))
    watchman.seeFire()
    expect(heard).toEqual([['fire', { street: 'Main Street' }]])
  })
})
