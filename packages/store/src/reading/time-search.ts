import { firstWhere } from '@rocketeer/foundation'
import type { ConsumeQueue } from '../consume-queue/consume-queue.js'

/**
 * Searches a queue by store timestamp. `lower`: the first message at or after `timestamp`, or the end of the queue;
 * `upper`: the last message before or at it, or the start. Apache: ConsumeQueue.binarySearchInQueueByTime.
 */
export async function offsetAtTime(
  queue: ConsumeQueue,
  timestamp: number,
  boundary: 'lower' | 'upper',
  storeTimestamp: (physicalOffset: number) => Promise<number>,
): Promise<number> {
  const isBefore = (time: number) => (boundary === 'lower' ? time < timestamp : time <= timestamp)
  const found = await firstWhere(queue.minOffset, queue.maxOffset, async (offset) => {
    const entry = await queue.entryAt(offset)
    // Records that are gone or unreadable count as old: -1.
    return !isBefore(entry ? await storeTimestamp(entry.physicalOffset) : -1)
  })
  return boundary === 'lower' ? found : Math.max(queue.minOffset, found - 1)
}
