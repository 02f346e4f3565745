/** A popped message and its handle, in the names of Apache's AckMessageRequestHeader. */
export interface AckFields {
  readonly consumerGroup: string
  readonly topic: string
  readonly queueId: number
  /** Queue offset of the message. */
  readonly offset: number
  /** The receipt handle. */
  readonly extraInfo: string
}

/** The same with the time from now until the message comes back. Apache: ChangeInvisibleTimeRequestHeader. */
export interface ChangeFields extends AckFields {
  /** Milliseconds. */
  readonly invisibleTime: number
  /** The message comes back without counting as consumed once more. */
  readonly suspend: boolean
  /** The attempts at the message that failed, when its consumer gives it back after one. */
  readonly failureHistory?: string | undefined
}

/** The parts of the message's new handle that are not those of its old one. */
export interface ChangedHandle {
  readonly popTime: number
  readonly invisibleTime: number
  readonly reviveQueueId: number
}
