import { ManualClock } from '@rocketeer/foundation'
import { expect, it } from 'vitest'
import { Lease } from './lease.js'

function leased(renew: () => Promise<boolean>) {
  const clock = new ManualClock(0)
  const lease = new Lease({ leaseMs: 3_000, clock, renew })
  return { clock, lease }
}

it('is renewed three times in its length until it is closed', async () => {
  let renewals = 0
  const { clock, lease } = leased(async () => ++renewals > 0)
  await clock.advance(30_000)
  expect([renewals, lease.lost.aborted]).toEqual([30, false])
  lease.close()
  await clock.advance(30_000)
  expect([renewals, lease.lost.aborted]).toEqual([30, false])
})

it('is lost at once when another one has it', async () => {
  const { clock, lease } = leased(async () => false)
  await clock.advance(1_000)
  expect(lease.lost.reason).toMatchObject({ code: 'LEASE_LOST' })
})

it.each([
  ['fails', () => Promise.reject(new Error('away'))],
  ['does not answer', () => new Promise<boolean>(() => {})],
])('lasts as long as it would anyway while the store %s', async (_, renew) => {
  const { clock, lease } = leased(renew)
  await clock.advance(2_999)
  expect(lease.lost.aborted).toBe(false)
  await clock.advance(1)
  expect(lease.lost.reason).toMatchObject({ code: 'LEASE_LOST' })
})
