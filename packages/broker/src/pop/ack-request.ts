/** A popped message and its handle, in the names of Apache's AckMessageRequestHeader. */
export interface AckFields {
  readonly consumerGroup: string
  readonly topic: string
  readonly queueId: number
  /** The queue offset. */
  readonly offset: number
  /** The receipt handle. */
  readonly extraInfo: string
}

/** The same with the time from now until the message comes back. Apache: ChangeInvisibleTimeRequestHeader. */
export interface ChangeFields extends AckFields {
  /** Milliseconds. */
  readonly invisibleTime: number
  /** The time does not count as a delivery. */
  readonly suspend: boolean
}

/** What makes the message's new handle. */
export interface ChangedHandle {
  readonly popTime: number
  readonly invisibleTime: number
  readonly reviveQueueId: number
}
