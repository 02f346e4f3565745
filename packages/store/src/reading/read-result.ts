import type { ConsumeQueue } from '../consume-queue/consume-queue.js'
import type { StoreConfig } from '../options.js'
import type { ReadLimits } from './read-request.js'

/** How a read from a consume queue ended. Apache: GetMessageStatus, with its rare cases folded into these. */
export type ReadStatus =
  | 'found'
  /** Nothing was accepted by the filter; go on at `nextBeginOffset`. */
  | 'noMatched'
  /** The queue is empty or does not exist. */
  | 'noMessage'
  | 'offsetTooSmall'
  /** At or behind the end of the queue. */
  | 'offsetOverflow'

export interface ReadResult {
  status: ReadStatus
  nextBeginOffset: number
  minOffset: number
  maxOffset: number
  /** Whole records in a row. */
  buffers: Buffer[]
  /** Gives the memory of `buffers` back, once. Undefined for memory that is the caller's own. */
  release: (() => void) | undefined
  messageCount: number
  /** Sum of the lengths of `buffers`. */
  bytes: number
  /** What was read lies so far behind that a slave should serve it (Apache: suggestPullingFromSlave). */
  fromDisk: boolean
}

/** Whether one more record would be too many, or too large, for an answer that has some already. */
export function isFull(
  found: { messages: number; bytes: number },
  recordBytes: number,
  fromDisk: boolean,
  limits: ReadLimits,
  config: StoreConfig,
): boolean {
  const messagesMax = fromDisk ? config.diskReadMessagesMax : config.memoryReadMessagesMax
  const bytesMax = fromDisk ? config.diskReadBytesMax : config.memoryReadBytesMax
  if (found.messages >= Math.min(limits.messagesMax, messagesMax)) return true
  return found.bytes + recordBytes > Math.min(limits.bytesMax, bytesMax)
}

export function emptyResult(
  status: ReadStatus,
  nextBeginOffset: number,
  queue: ConsumeQueue | undefined,
): ReadResult {
  return {
    status,
    nextBeginOffset,
    minOffset: queue?.minOffset ?? 0,
    maxOffset: queue?.maxOffset ?? 0,
    buffers: [],
    release: undefined,
    messageCount: 0,
    bytes: 0,
    fromDisk: false,
  }
}
