import { ManualClock } from '@rocketeer/foundation'
import { expect, it } from 'vitest'
import { PositionSaver } from './position-saver.js'
import type { RelayPosition } from './relay-position.js'

function position(transactions: number): RelayPosition {
  return { phase: 'changes', epoch: 1, transactions }
}

function saverOn(clock: ManualClock, saves: (position: RelayPosition) => Promise<boolean>) {
  const saved: number[] = []
  const failures: unknown[] = []
  const saver = new PositionSaver({
    relay: 'r',
    claim: { saved: undefined, save: saves },
    clock,
    intervalMs: 200,
    onFailure: (error) => failures.push(error),
    onSaved: ({ transactions }) => saved.push(transactions),
  })
  return { saver, saved, failures }
}

it('saves the newest position of each interval', async () => {
  const clock = new ManualClock()
  const { saver, saved } = saverOn(clock, async () => true)
  for (const each of [1, 2, 3]) saver.reached(position(each), true)
  await clock.advance(200)
  expect(saved).toEqual([3])
  saver.reached(position(4), true)
  await saver.flush()
  await clock.advance(200)
  expect(saved).toEqual([3, 4])
  await saver.close()
})

it('hardly saves positions that only passed other tables: a save may be such a transaction itself', async () => {
  const clock = new ManualClock()
  const { saver, saved } = saverOn(clock, async () => true)
  saver.reached(position(1), false)
  await clock.advance(29_000)
  expect(saved).toEqual([])
  await clock.advance(1_000)
  expect(saved).toEqual([1])
  await saver.close()
})

it('tells when the position belongs to another relay by now', async () => {
  const clock = new ManualClock()
  const { saver, saved, failures } = saverOn(clock, async () => false)
  saver.reached(position(1), true)
  await clock.advance(200)
  expect(saved).toEqual([])
  expect(failures).toMatchObject([{ code: 'POSITION_TAKEN' }])
  await saver.close()
})
