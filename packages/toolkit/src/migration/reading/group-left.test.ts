import type { Client } from '@rocketeer/client'
import { expect, it } from 'vitest'
import { hasOffsets } from './group-left.js'

/** A topic of two queues with messages, of which the first were deleted, so that brokers know no offset for a new group. */
function clientWith(committed: (queueId: number) => Promise<number | undefined>, end = 7): Client {
  const queues = [0, 1].map((queueId) => ({ topic: 'orders', brokerName: 'broker-a', queueId }))
  const admin = {
    topics: { queues: async () => queues },
    offsets: {
      committed: (_: string, { queueId }: { queueId: number }) => committed(queueId),
      max: async () => end,
    },
  }
  return { admin: () => admin } as unknown as Client
}

it.each([
  ['in each queue', clientWith(async () => 3), true],
  ['in one of them', clientWith(async (queueId) => (queueId === 0 ? 3 : undefined)), false],
  ['in none, where there is nothing', clientWith(async () => undefined, 0), true],
])('knows whether a group has an offset: %s', async (_, client, expected) => {
  expect(await hasOffsets(client, 'coupon', 'orders')).toBe(expected)
})
