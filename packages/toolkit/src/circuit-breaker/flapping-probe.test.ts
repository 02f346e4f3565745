import { ManualClock } from '@rocketeer/foundation'
import { expect, it } from 'vitest'
import { CircuitBreaker } from './circuit-breaker.js'

it('a circuit breaker tries nothing while its probe flaps, and everything once that is steady', async () => {
  const clock = new ManualClock()
  let probes = 0
  let isSteady = false
  const probe = () => isSteady || probes++ % 3 > 0
  await using breaker = new CircuitBreaker({ name: 'database', failuresToOpen: 1, probe, clock })
  breaker.on('problem', () => {})
  let tries = 0
  let isDown = true
  const work = () => {
    tries++
    if (isDown) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
  }
  const works = [breaker.run(work)]
  await clock.quiet()
  expect([breaker.status.state, tries]).toEqual(['open', 1])
  for (let more = 0; more < 20; more++) works.push(breaker.run(work))
  await clock.advance(30 * 60_000)
  expect(probes).toBeGreaterThan(500)
  expect([breaker.status.state, tries]).toEqual(['open', 1])
  isDown = false
  isSteady = true
  await clock.advance(60_000)
  await Promise.all(works)
  expect([breaker.status.state, tries]).toEqual(['closed', 22])
})
