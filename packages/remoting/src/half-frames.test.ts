import { describe, expect, it } from 'vitest'
import { type HalfFrameHolder, HalfFrames } from './half-frames.js'

class Holder implements HalfFrameHolder {
  halfFrameBytes = 0
  dropped = false
  constructor(private readonly halfFrames: HalfFrames) {}
  hold(bytes: number) {
    this.halfFrameBytes = bytes
    this.halfFrames.update(this)
  }
  dropHalfFrame() {
    this.dropped = true
    this.hold(0)
  }
}

describe('HalfFrames', () => {
  it('drops the largest of all when together they exceed the limit, and nobody else', () => {
    const halfFrames = new HalfFrames(100)
    const [small, large, last] = [new Holder(halfFrames), new Holder(halfFrames), new Holder(halfFrames)]
    small.hold(10)
    large.hold(70)
    last.hold(20)
    expect(large.dropped).toBe(false)
    last.hold(21)
    expect([small.dropped, large.dropped, last.dropped]).toEqual([false, true, false])
    expect(halfFrames.bytes).toBe(31)
  })

  it('forgets what was completed', () => {
    const halfFrames = new HalfFrames(100)
    const holder = new Holder(halfFrames)
    for (let i = 0; i < 10; i++) {
      holder.hold(90)
      holder.hold(0)
    }
    expect(holder.dropped).toBe(false)
    expect(halfFrames.bytes).toBe(0)
  })
})
