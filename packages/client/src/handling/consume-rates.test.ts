import { ManualClock } from '@rocketeer/foundation'
import { expect, it } from 'vitest'
import { ConsumeRates } from './consume-rates.js'

it('rates are of the last minute, failures of the last hour', async () => {
  const clock = new ManualClock(1_000_000)
  const rates = new ConsumeRates(clock)
  rates.pulled('orders', 30, 10)
  rates.pulled('orders', 90, 30)
  rates.handled('orders', 1, 4, false)
  await clock.advance(30_000)
  rates.handled('orders', 2, 8, false)
  rates.handled('orders', 3, 6, true)
  rates.handled('refunds', 7, 1, true)
  expect(rates.statusOf('orders')).toEqual({
    pullRT: 20,
    pullTPS: 2,
    consumeRT: 6,
    consumeOKTPS: 3 / 60,
    consumeFailedTPS: 3 / 60,
    consumeFailedMsgs: 3,
  })
  await clock.advance(40_000)
  const later = { pullRT: 0, pullTPS: 0, consumeRT: 7, consumeOKTPS: 2 / 60, consumeFailedTPS: 3 / 60 }
  expect(rates.statusOf('orders')).toMatchObject(later)
  await clock.advance(30 * 60_000)
  expect(rates.statusOf('orders')).toMatchObject({ consumeRT: 0, consumeFailedTPS: 0, consumeFailedMsgs: 3 })
  await clock.advance(3 * 3_600_000)
  expect(rates.statusOf('orders').consumeFailedMsgs).toBe(0)
  expect(rates.statusOf('unknown').pullTPS).toBe(0)
})
