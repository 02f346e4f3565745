/** Counts since the store was opened, and where the log begins and ends. */
export interface StoreStats {
  appended: number
  appendedBytes: number
  minPhysicalOffset: number
  /** End of what consumers may see. */
  maxPhysicalOffset: number
  writtenPhysicalOffset: number
  flushedPhysicalOffset: number
}

export interface QueueInfo {
  topic: string
  queueId: number
  minOffset: number
  maxOffset: number
  /** End of the queue's last record in the commit log. */
  maxPhysicalOffset: number
}
