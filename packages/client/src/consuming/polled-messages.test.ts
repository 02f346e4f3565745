import { getEventListeners } from 'node:events'
import { ManualClock } from '@rocketeer/foundation'
import { describe, expect, it } from 'vitest'
import { PolledMessages } from './polled-messages.js'

describe('the wait for polled messages', () => {
  it('ends when something arrives, and leaves no listener on a signal that outlives the poll', async () => {
    const { signal } = new AbortController()
    const polled = new PolledMessages(() => [])
    const waiting = polled.wait(new ManualClock(), 1_000, signal)
    polled.wake()
    await waiting
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('ends when its time is up', async () => {
    const clock = new ManualClock()
    const waiting = new PolledMessages(() => []).wait(clock, 1_000, undefined)
    await clock.advance(1_000)
    await waiting
  })

  it('rejects with the reason of its signal', async () => {
    const controller = new AbortController()
    const waiting = new PolledMessages(() => []).wait(new ManualClock(), 1_000, controller.signal)
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })
})
