import { ManualClock, silentLogger } from '@rocketeer/foundation'
import { beforeEach, describe, expect, it } from 'vitest'
import { DeferredSave } from './deferred-save.js'

const INTERVAL_MS = 5_000

let clock: ManualClock
let savedAt: number[]
let failures: number
let errors: string[]
let deferred: DeferredSave

beforeEach(() => {
  clock = new ManualClock(0)
  savedAt = []
  failures = 0
  errors = []
  deferred = new DeferredSave({
    clock,
    logger: { ...silentLogger, error: (_facts: object, text: string) => errors.push(text) },
    intervalMs: () => INTERVAL_MS,
    save: async () => {
      if (failures-- > 0) throw new Error('the disk is full')
      savedAt.push(clock.now())
    },
    subject: 'the offsets',
  })
})

describe('DeferredSave', () => {
  it('saves many changes once, one interval after the first, and nothing while nothing changes', async () => {
    deferred.changed()
    await clock.advance(1_000)
    deferred.changed()
    await clock.advance(60_000)
    expect(savedAt).toEqual([INTERVAL_MS])
    expect(clock.pending).toBe(0)
    deferred.changed()
    await clock.advance(60_000)
    expect(savedAt).toEqual([INTERVAL_MS, 61_000 + INTERVAL_MS])
  })

  it('says that saving failed, and tries again', async () => {
    failures = 2
    deferred.changed()
    await clock.advance(3 * INTERVAL_MS)
    expect(errors).toEqual(Array.from({ length: 2 }, () => 'the offsets were not saved, trying again'))
    expect(savedAt).toEqual([3 * INTERVAL_MS])
  })

  it('saves nothing after close', async () => {
    deferred.changed()
    await deferred.close()
    deferred.changed()
    await clock.advance(60_000)
    expect(savedAt).toEqual([])
    expect(clock.pending).toBe(0)
  })
})
