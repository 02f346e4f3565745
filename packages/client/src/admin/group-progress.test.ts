import { describe, expect, it } from 'vitest'
import { lagsByTopic, type QueueProgress } from './group-progress.js'

describe('the lag of a group', () => {
  it('is summed by topic, with the worst queue', () => {
    const progress = [at('orders', 0, 3), at('orders', 1, 0), at('stock', 0, 1)]
    expect(lagsByTopic(progress)).toEqual([
      { topic: 'orders', queues: 2, lag: 3, lagMax: 3 },
      { topic: 'stock', queues: 1, lag: 1, lagMax: 1 },
    ])
  })

  it('has no rows before anything is consumed', () => {
    expect(lagsByTopic([])).toEqual([])
  })
})

function at(topic: string, queueId: number, lag: number): QueueProgress {
  const queue = { topic, brokerName: 'broker-a', queueId }
  return { queue, brokerOffset: 10, consumerOffset: 10 - lag, lag, lastTimestamp: 0 }
}
