import { describe, expect, it } from 'vitest'
import { PausedQueues } from './paused-queues.js'

const [first, second] = [0, 1].map((queueId) => ({ topic: 't', brokerName: 'b', queueId }))

describe('PausedQueues', () => {
  it('knows single queues by what they are, not by the object', () => {
    const paused = new PausedQueues()
    paused.pause([{ ...first! }])
    expect([paused.has(first!), paused.has(second!)]).toEqual([true, false])
    paused.resume([{ ...first! }])
    expect(paused.has(first!)).toBe(false)
  })

  it('has every queue while all are paused, whatever is resumed alone', () => {
    const paused = new PausedQueues()
    paused.pause()
    paused.resume([first!])
    expect(paused.has(first!)).toBe(true)
  })

  it('has none any more when all are resumed, also none that was paused alone', () => {
    const paused = new PausedQueues()
    paused.pause([first!])
    paused.pause()
    paused.resume()
    expect([paused.has(first!), paused.has(second!)]).toEqual([false, false])
  })

  it('has a queue until everybody who paused it has resumed it', () => {
    const paused = new PausedQueues()
    paused.pause([first!])
    paused.pause(undefined, 'breaker')
    paused.resume(undefined, 'breaker')
    expect([paused.has(first!), paused.has(second!)]).toEqual([true, false])
    paused.pause(undefined, 'breaker')
    paused.resume()
    expect([paused.has(first!), paused.has(second!)]).toEqual([true, true])
  })
})
