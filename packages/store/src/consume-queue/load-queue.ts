import { firstWhere } from '@rocketeer/foundation'
import { ConsumeQueue } from './consume-queue.js'
import { isBlankEntry, type QueueEntry } from './entry.js'
import type { QueueFiles } from './queue-files.js'

/**
 * Opens a consume queue as its files hold it, as far as it points below `physicalBound`: entries are in the order of
 * the log and unwritten ones are zeros, so the end is found by halving. What stands behind it is removed.
 */
export async function loadQueue(
  topic: string,
  queueId: number,
  files: QueueFiles,
  physicalBound: number,
): Promise<ConsumeQueue> {
  const { start } = files
  const end = await findEnd(files, physicalBound)
  const last = end > start ? files.readEntrySync(end - 1) : undefined
  if (end < files.capacity && isUsed(files.readEntrySync(end))) await files.truncate(end)
  return new ConsumeQueue({
    topic,
    queueId,
    files,
    minOffset: start,
    maxOffset: end,
    maxPhysicalOffset: last && !isBlankEntry(last) ? last.physicalOffset + last.recordBytes : 0,
  })
}

function findEnd(files: QueueFiles, physicalBound: number): Promise<number> {
  return firstWhere(files.start, files.capacity, (offset) => {
    const entry = files.readEntrySync(offset)
    return !isUsed(entry) || entry.physicalOffset >= physicalBound
  })
}

function isUsed(entry: QueueEntry): boolean {
  return entry.recordBytes > 0 && entry.physicalOffset >= 0
}
