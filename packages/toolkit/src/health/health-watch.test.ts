import { channel } from 'node:diagnostics_channel'
import { ManualClock, parseOptions, z } from '@rocketeer/foundation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HealthOptions, healthOptions } from './health-options.js'
import { type HealthState, HealthWatch } from './health-watch.js'

let clock: ManualClock
let watch: HealthWatch
let changes: [state: HealthState, at: number][]

beforeEach(() => {
  clock = new ManualClock(0)
  changes = []
})
afterEach(async () => {
  await watch.close()
  expect(clock.pending).toBe(0)
})

function start(options: HealthOptions): void {
  const config = parseOptions(z.strictObject(healthOptions), options, 'test')
  const onChange = (state: HealthState) => changes.push([state, clock.now()])
  watch = new HealthWatch({ name: 'the test', clock, config, onChange })
  watch.start()
}

/** Answers as the text says, one letter per probe: `+` it does, `-` it does not; the last one for ever. */
function scripted(script: string): () => boolean {
  let next = 0
  return () => script[Math.min(next++, script.length - 1)] === '+'
}

describe('a health watch', () => {
  it('believes in health after some answers in a row, and in its end after some failures', async () => {
    start({ probe: scripted('-++-+++-+--+'), probeIntervalMs: 100 })
    await clock.advance(1_050)
    expect(changes).toEqual([
      ['healthy', 600],
      ['unhealthy', 1_000],
    ])
    expect(watch.status).toMatchObject({ answers: 0, failures: 2, lastError: 'the probe answered false' })
  })

  it('does not change its mind because of a probe that flaps', async () => {
    const flapping = scripted('+-'.repeat(50))
    start({ probe: flapping, probeIntervalMs: 100 })
    await clock.advance(9_950)
    expect([changes, watch.status.state]).toEqual([[], 'unknown'])
  })

  it('counts an answer that comes late as none, and one probe runs at a time', async () => {
    let running = 0
    let most = 0
    const probe = async () => {
      most = Math.max(most, ++running)
      await clock.sleep(1_500)
      running--
    }
    start({ probe, probeTimeoutMs: 1_000, probeIntervalMs: 100, unhealthyAfter: 3 })
    await clock.advance(20_000)
    expect(changes.map(([state]) => state)).toEqual(['unhealthy'])
    expect(watch.status.lastError).toContain('1000 ms')
    expect(most).toBe(1)
    await watch.stop()
    await clock.advance(2_000)
  })

  it('gives up a probe that never ends, so that health is seen when it is back', async () => {
    let calls = 0
    const probe = () => (++calls === 1 ? clock.unheld(new Promise(() => {})) : true)
    start({ probe, probeTimeoutMs: 1_000, probeIntervalMs: 1_000 })
    await clock.advance(9_000)
    expect([calls, watch.status.state]).toEqual([1, 'unhealthy'])
    await clock.advance(5_000)
    expect([calls > 3, watch.status.state]).toEqual([true, 'healthy'])
  })

  it('aborts the probe under way when it is stopped, forgets it, and begins anew', async () => {
    const signals: AbortSignal[] = []
    const probe = ({ signal }: { signal: AbortSignal }) => {
      signals.push(signal)
      if (signals.length > 1) return true
      return clock.unheld(new Promise((_, reject) => signal.addEventListener('abort', reject)))
    }
    start({ probe, unhealthyAfter: 1, healthyAfter: 1 })
    await clock.advance(10)
    const stopped = watch.stop()
    expect(signals[0]!.aborted).toBe(true)
    await stopped
    expect(watch.status).toMatchObject({ state: 'unknown', failures: 0 })
    watch.start()
    await clock.advance(10)
    expect(changes).toEqual([['healthy', 10]])
  })

  it('publishes each probe', async () => {
    const published: unknown[] = []
    const keep = (message: unknown) => published.push(message)
    channel('rocketeer:toolkit:health').subscribe(keep)
    start({ probe: scripted('-+'), probeIntervalMs: 100, healthyAfter: 1 })
    await clock.advance(150)
    channel('rocketeer:toolkit:health').unsubscribe(keep)
    expect(published).toMatchObject([
      { name: 'the test', answered: false, state: 'unknown', error: { code: 'PROBE_FAILED' } },
      { name: 'the test', answered: true, state: 'healthy', error: undefined },
    ])
  })
})
