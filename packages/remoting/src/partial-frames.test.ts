import { describe, expect, it } from 'vitest'
import { type PartialFrameOwner, PartialFrames } from './partial-frames.js'

class Owner implements PartialFrameOwner {
  partialFrameBytes = 0
  dropped = false
  constructor(private readonly partialFrames: PartialFrames) {}
  receive(bytes: number) {
    this.partialFrameBytes = bytes
    this.partialFrames.update(this)
  }
  dropPartialFrame() {
    this.dropped = true
    this.receive(0)
  }
}

describe('PartialFrames', () => {
  it('drops only the largest partial frame when all together exceed the limit', () => {
    const partialFrames = new PartialFrames(100)
    const [small, large, last] = [
      new Owner(partialFrames),
      new Owner(partialFrames),
      new Owner(partialFrames),
    ]
    small.receive(10)
    large.receive(70)
    last.receive(20)
    expect(large.dropped).toBe(false)
    last.receive(21)
    expect([small.dropped, large.dropped, last.dropped]).toEqual([false, true, false])
    expect(partialFrames.bytes).toBe(31)
  })

  it('no longer counts a frame that was completed', () => {
    const partialFrames = new PartialFrames(100)
    const owner = new Owner(partialFrames)
    for (let i = 0; i < 10; i++) {
      owner.receive(90)
      owner.receive(0)
    }
    expect(owner.dropped).toBe(false)
    expect(partialFrames.bytes).toBe(0)
  })
})
