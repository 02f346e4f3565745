import { ManualClock } from '@rocketeer/foundation'
import { expect, it } from 'vitest'
import type { JournalEntry } from '../journal/journal-file.js'
import { Lane, laneKeyOf } from './lane.js'

const laneWith = (messages: number) => {
  const round = async () => Number.POSITIVE_INFINITY
  const lane = new Lane({
    key: 'orders',
    clock: new ManualClock(),
    round,
    onFailure: () => {},
    retryAfterMs: 1,
  })
  for (let index = 0; index < messages; index++) lane.push({ index } as JournalEntry)
  return lane
}

/** Numbers of those who have paid, as they get to know. */
function payers(lane: Lane, count: number): number[] {
  const paid: number[] = []
  for (let payer = 0; payer < count; payer++) void lane.pay().then(() => paid.push(payer))
  return paid
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

it('a send that goes behind others waits for two deliveries, so that the journal gets shorter', async () => {
  const lane = laneWith(10)
  const paid = payers(lane, 3)
  lane.shift(1)
  await turn()
  expect(paid).toEqual([])
  lane.shift(3)
  await turn()
  expect(paid).toEqual([0, 1])
  lane.shift(6)
  await turn()
  expect(paid).toEqual([0, 1, 2])
})

it('nobody waits for deliveries that fail, or when the last was made', async () => {
  const lane = laneWith(3)
  const paid = payers(lane, 2)
  lane.failed()
  await turn()
  expect(paid).toEqual([0, 1])
  const again = payers(lane, 4)
  lane.shift(3)
  await turn()
  expect(again).toEqual([0, 1, 2, 3])
  expect(lane.isEmpty).toBe(true)
})

it('messages share a lane when their order is kept', () => {
  const queue = { brokerName: 'broker-a', queueId: 1 }
  expect(laneKeyOf('orders', {})).toBe(laneKeyOf('orders', {}))
  expect(laneKeyOf('orders', { orderKey: 'k' })).toBe(laneKeyOf('orders', { orderKey: 'k' }))
  const keys = [
    laneKeyOf('orders', {}),
    laneKeyOf('coupons', {}),
    laneKeyOf('orders', { orderKey: 'a' }),
    laneKeyOf('orders', { orderKey: 'b' }),
    laneKeyOf('orders', { queue }),
    laneKeyOf('orders', { queue: { ...queue, queueId: 2 } }),
  ]
  expect(new Set(keys).size).toBe(keys.length)
})
