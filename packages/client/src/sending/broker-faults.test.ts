import { describe, expect, it } from 'vitest'
import { BrokerFaults } from './broker-faults.js'

/** Apache: MQFaultStrategy.latencyMax and notAvailableDuration. */
const TABLE = [
  [49, 0],
  [549, 0],
  [550, 2_000],
  [1_800, 5_000],
  [3_000, 6_000],
  [5_000, 10_000],
  [15_000, 30_000],
] as const

describe('BrokerFaults', () => {
  it.each(TABLE)('after %i ms avoids a broker for %i ms', (latencyMs, avoidMs) => {
    const faults = new BrokerFaults()
    faults.succeeded('a', latencyMs, 1_000)
    if (avoidMs > 0) expect(faults.isAvailable('a', 1_000 + avoidMs - 1)).toBe(false)
    expect(faults.isAvailable('a', 1_000 + avoidMs)).toBe(true)
  })

  it('avoids a broker that failed for 10 s, and no other', () => {
    const faults = new BrokerFaults()
    faults.failed('a', 0)
    expect(faults.isAvailable('a', 9_999)).toBe(false)
    expect(faults.isAvailable('b', 0)).toBe(true)
    expect(faults.isAvailable('a', 10_000)).toBe(true)
  })

  it('avoids none for as long as the clock was set back', () => {
    const faults = new BrokerFaults()
    faults.failed('a', 3_600_000)
    expect(faults.isAvailable('a', 0)).toBe(true)
  })

  it('never shortens the time for which a broker is avoided', () => {
    const faults = new BrokerFaults()
    faults.succeeded('a', 20_000, 0)
    faults.succeeded('a', 600, 0)
    expect(faults.isAvailable('a', 29_999)).toBe(false)
  })
})
