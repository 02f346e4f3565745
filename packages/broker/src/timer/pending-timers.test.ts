import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PendingTimers } from './pending-timers.js'

function drain(pending: PendingTimers): [number, number][] {
  const order: [number, number][] = []
  while (pending.size > 0) {
    order.push([pending.firstWakeAt, pending.firstOffset])
    pending.pop()
  }
  return order
}

it('gives the entries by time, and those of one time by offset, whatever the order they came in', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), fc.nat(1000)), { maxLength: 300 }), (entries) => {
      const pending = new PendingTimers()
      for (const [wakeAt, offset] of entries) pending.push(wakeAt, offset)
      const smallest = Math.min(...entries.map(([, offset]) => offset))
      expect(pending.minOffset()).toBe(smallest)
      const sorted = entries.toSorted(([a, x], [b, y]) => a - b || x - y)
      expect(drain(pending)).toEqual(sorted)
    }),
  )
})

it('holds 100,000 messages in less than 3 MiB, and gives the memory back', () => {
  const pending = new PendingTimers()
  for (let offset = 0; offset < 100_000; offset++) pending.push((offset * 7919) % 259_200_000, offset)
  expect(pending.bytes).toBeLessThan(3 * 1024 * 1024)
  for (let left = pending.size; left > 100; left--) pending.pop()
  expect(pending.bytes).toBeLessThan(64 * 1024)
})

it('knows that nothing waits', () => {
  expect(new PendingTimers().firstWakeAt).toBe(Number.POSITIVE_INFINITY)
})
