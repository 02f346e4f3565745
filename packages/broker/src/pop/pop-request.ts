import type { Peer } from '@rocketeer/remoting'

/** What is popped, in the names of Apache's PopMessageRequestHeader. */
export interface PopFields {
  readonly consumerGroup: string
  readonly topic: string
  /** -1: all queues. */
  readonly queueId: number
  readonly maxMsgNums: number
  /** Milliseconds until what is not acknowledged comes back. */
  readonly invisibleTime: number
  /** Milliseconds the pop may wait for a message. */
  readonly pollTime: number
  /** When the client asked, by its clock; 0 or less: unknown. */
  readonly bornTime: number
  /** Where a new group begins. Apache: ConsumeInitMode. */
  readonly initMode: number
  readonly exp?: string | undefined
  readonly expType?: string | undefined
  readonly order: boolean
  /** The same in a request that repeats one whose answer was lost. */
  readonly attemptId?: string | undefined
}

/** A pop and the peer that waits for it; a decoded POP_MESSAGE request has this shape. */
export interface PopRequest {
  readonly fields: PopFields
  readonly connection: Peer
}

export type PopResult = PoppedMessages | NothingPopped

export interface PoppedMessages {
  readonly status: 'found'
  /** With the offsets below it makes the messages' handles. */
  readonly popTime: number
  readonly invisibleTime: number
  readonly reviveQueueId: number
  /** Messages that are left in the queues. */
  readonly rest: number
  /** Items of the response header made by `startOffsetItem`, `messageOffsetsItem` and, in order, `orderCountItem`. */
  readonly startOffsets: readonly string[]
  readonly messageOffsets: readonly string[]
  readonly orderCounts: readonly string[] | undefined
  readonly records: readonly Buffer[]
  /** To be called when the records have left: the store uses their memory again. */
  readonly releases: readonly (() => void)[]
}

export interface NothingPopped {
  /** `full`: there was no message, and the pop may not wait for one. */
  readonly status: 'timedOut' | 'full'
  readonly popTime: number
  readonly invisibleTime: number
  /** Undefined: there is no message. */
  readonly reason?: string | undefined
}
