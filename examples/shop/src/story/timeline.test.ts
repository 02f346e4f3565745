import { expect, it } from 'vitest'
import { Ledger } from './ledger.js'
import { Timeline } from './timeline.js'

it('keeps a bounded number of samples over the whole time, the last moment among them', () => {
  const ledger = new Ledger(3)
  const timeline = new Timeline(100)
  for (let frame = 0; frame < 10_000; frame++) {
    ledger.add({ kind: 'paid', order: `order-${frame}`, service: 'order', at: frame })
    timeline.look(frame, ledger)
  }
  timeline.end(10_000, ledger)
  const at = timeline.samples.map((sample) => sample.at)
  expect(at.length).toBeGreaterThan(50)
  expect(at.length).toBeLessThanOrEqual(102)
  expect(at[0]).toBe(0)
  expect(at.at(-1)).toBe(10_000)
  const gaps = at.slice(1, -1).map((each, index) => each - at[index]!)
  expect(Math.max(...gaps)).toBe(Math.min(...gaps))
  expect(timeline.samples.at(-1)!.paid).toBe(10_000)
})
