import { type MessageQueue, queueKey } from '../routing/message-queue.js'
import { ConsistentHashRing } from './consistent-hash-ring.js'

/**
 * Divides the queues of one topic among the members of a group. Every member computes the same division on its own:
 * `queues` and `clientIds` are sorted, and the result must depend on nothing else. Returns the queues of `clientId`.
 * Apache: AllocateMessageQueueStrategy.
 */
export type Allocate = (
  queues: readonly MessageQueue[],
  clientIds: readonly string[],
  clientId: string,
  group: string,
) => MessageQueue[]

/** Consecutive queues for each member. Apache: AllocateMessageQueueAveragely. */
export const allocateAverage: Allocate = (queues, clientIds, clientId) => {
  const index = clientIds.indexOf(clientId)
  if (index < 0) return []
  const rest = queues.length % clientIds.length
  const share = Math.floor(queues.length / clientIds.length) + (index < rest ? 1 : 0)
  const start = index * Math.floor(queues.length / clientIds.length) + Math.min(index, rest)
  return queues.slice(start, start + share)
}

/** Deals the queues out in turn. Apache: AllocateMessageQueueAveragelyByCircle. */
export const allocateCircle: Allocate = (queues, clientIds, clientId) => {
  const index = clientIds.indexOf(clientId)
  if (index < 0) return []
  return queues.filter((_, position) => position % clientIds.length === index)
}

/** Moves few queues when members come and go. Apache: AllocateMessageQueueConsistentHash with its 10 virtual nodes. */
export const allocateConsistentHash: Allocate = (queues, clientIds, clientId) => {
  if (!clientIds.includes(clientId)) return []
  const ring = new ConsistentHashRing(clientIds)
  return queues.filter((queue) => ring.ownerOf(queueKey(queue)) === clientId)
}

export type AllocationName = 'average' | 'circle' | 'consistent-hash'

export const allocations = {
  average: allocateAverage,
  circle: allocateCircle,
  'consistent-hash': allocateConsistentHash,
} as const satisfies Record<AllocationName, Allocate>
