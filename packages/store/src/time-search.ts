import type { ConsumeQueue } from './consume-queue/consume-queue.js'

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
  let low = queue.minOffset
  let high = queue.maxOffset
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const entry = await queue.entryAt(middle)
    // Records that are gone or unreadable count as old: -1.
    const time = entry ? await storeTimestamp(entry.physicalOffset) : -1
    if (isBefore(time)) low = middle + 1
    else high = middle
  }
  return boundary === 'lower' ? low : Math.max(queue.minOffset, low - 1)
}
