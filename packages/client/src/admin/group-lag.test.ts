import { describe, expect, it } from 'vitest'
import { lagsIn, type QueueProgress } from './group-lag.js'

describe('the lag of a group', () => {
  it('is summed by topic, with the worst queue', () => {
    const progress = [at('orders', 0, 3), at('orders', 1, 0), at('%RETRY%coupon', 0, 1)]
    expect(lagsIn('coupon', progress, 2)).toEqual([
      { group: 'coupon', topic: 'orders', queues: 2, lag: 3, lagMax: 3, members: 2 },
      { group: 'coupon', topic: '%RETRY%coupon', queues: 1, lag: 1, lagMax: 1, members: 2 },
    ])
  })

  it('has no rows before anything is consumed', () => {
    expect(lagsIn('coupon', [], 0)).toEqual([])
  })
})

function at(topic: string, queueId: number, lag: number): QueueProgress {
  const queue = { topic, brokerName: 'broker-a', queueId }
  return { queue, brokerOffset: 10, consumerOffset: 10 - lag, lag, lastTimestamp: 0 }
}
