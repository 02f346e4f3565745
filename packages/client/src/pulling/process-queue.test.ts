import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { madeMessage } from '../testing/made-message.js'
import { ProcessQueue } from './process-queue.js'

const NO_LIMITS = { messagesMax: 100_000, bytesMax: 2 ** 30, spanMax: 100_000 }
const messages = (from: number, count: number, bytes = 1) =>
  Array.from({ length: count }, (_, i) => madeMessage({ queueOffset: from + i, body: Buffer.alloc(bytes) }))

describe('ProcessQueue', () => {
  it('commits where it started while nothing is finished', () => {
    const queue = new ProcessQueue(70, NO_LIMITS)
    expect(queue.commitOffset).toBe(70)
    queue.add(messages(72, 3), 75)
    expect(queue.commitOffset).toBe(72)
  })

  it('commits past messages that were filtered out', () => {
    const queue = new ProcessQueue(0, NO_LIMITS)
    queue.add([], 40)
    expect(queue.commitOffset).toBe(40)
    const [only] = queue.add(messages(50, 1), 60)
    expect(queue.commitOffset).toBe(50)
    queue.finish(only!)
    expect(queue.commitOffset).toBe(60)
  })

  it('never commits past an unfinished message, in whatever order the others finish', () => {
    const finishing = fc.integer({ min: 1, max: 3000 }).chain((count) =>
      fc.record({
        count: fc.constant(count),
        order: fc.shuffledSubarray(Array.from({ length: count }, (_, i) => i)),
      }),
    )
    fc.assert(
      fc.property(finishing, ({ count, order }) => {
        const queue = new ProcessQueue(0, NO_LIMITS)
        const held = queue.add(messages(0, count), count)
        const unfinished = new Set(held.keys())
        let lowest = 0
        for (const index of order) {
          queue.finish(held[index]!)
          unfinished.delete(index)
          while (lowest < count && !unfinished.has(lowest)) lowest++
          expect(queue.commitOffset).toBe(lowest)
        }
        expect(queue.messages).toBe(unfinished.size)
        expect(queue.bytes).toBe(unfinished.size)
        expect(queue.first(count).map((each) => each.message.queueOffset)).toEqual([...unfinished])
      }),
      { numRuns: 30 },
    )
  })

  it.each([
    ['messages', { ...NO_LIMITS, messagesMax: 4 }, 0],
    ['bytes', { ...NO_LIMITS, bytesMax: 40 }, 0],
    ['span', { ...NO_LIMITS, spanMax: 3 }, 0],
  ])('has no room at the limit of %s until a message is finished', (_name, limits, finished) => {
    const queue = new ProcessQueue(0, limits)
    expect(queue.hasRoom).toBe(true)
    const held = queue.add(messages(0, 4, 10), 4)
    expect(queue.hasRoom).toBe(false)
    queue.finish(held[finished]!)
    expect(queue.hasRoom).toBe(true)
  })

  it('has no room while the span is held open by one slow message', () => {
    const queue = new ProcessQueue(0, { ...NO_LIMITS, spanMax: 3 })
    const held = queue.add(messages(0, 5), 5)
    for (const each of held.slice(1)) queue.finish(each)
    expect(queue.messages).toBe(1)
    expect(queue.hasRoom).toBe(false)
  })

  it('gives the first unfinished messages in order', () => {
    const queue = new ProcessQueue(0, NO_LIMITS)
    const held = queue.add(messages(0, 4), 4)
    queue.finish(held[1]!)
    expect(queue.first(2)).toEqual([held[0], held[2]])
    queue.finish(held[0]!)
    expect(queue.first(1)).toEqual([held[2]])
  })
})
