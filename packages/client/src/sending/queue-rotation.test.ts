import { describe, expect, it } from 'vitest'
import { QueueRotation } from './queue-rotation.js'

const queues = [0, 1, 2].map((queueId) => ({ topic: 't', brokerName: 'b', queueId }))
const ids = (rotation: QueueRotation, count: number) =>
  Array.from({ length: count }, () => rotation.take(queues)!.queueId)

describe('QueueRotation', () => {
  it('takes queues in turn from a random start', () => {
    expect(ids(new QueueRotation(() => 0), 4)).toEqual([0, 1, 2, 0])
    expect(ids(new QueueRotation(() => 1 / 1024), 3)).toEqual([1, 2, 0])
  })

  it('skips queues that are not accepted, and gives none when none is accepted', () => {
    const rotation = new QueueRotation(() => 0)
    expect(rotation.take(queues, ({ queueId }) => queueId === 2)?.queueId).toBe(2)
    expect(rotation.take(queues, () => false)).toBeUndefined()
  })
})
