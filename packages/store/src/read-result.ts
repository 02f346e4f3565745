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
  /** Whole records in a row; owned by the caller. */
  buffers: Buffer[]
  messageCount: number
  /** Sum of the lengths of `buffers`. */
  bytes: number
  /** What was read lies so far behind that a slave should serve it (Apache: suggestPullingFromSlave). */
  fromDisk: boolean
}

export interface ReadLimits {
  messagesMax: number
  bytesMax: number
}
