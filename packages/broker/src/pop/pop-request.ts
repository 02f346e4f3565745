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
  /** A client that asks again after a lost answer says so by the same id. */
  readonly attemptId?: string | undefined
}

/** What is popped, and who waits for it: a POP_MESSAGE request is one as it is. */
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
  /** Messages that are left. */
  readonly rest: number
  /** As the handles' parts are sent: by `startOffsetItem`, `messageOffsetsItem`, and one for each ordered queue. */
  readonly startOffsets: readonly string[]
  readonly messageOffsets: readonly string[]
  readonly orderCounts: readonly string[] | undefined
  readonly records: readonly Buffer[]
}

export interface NothingPopped {
  /** `full`: the pop may not wait. */
  readonly status: 'timedOut' | 'full'
  readonly popTime: number
  readonly invisibleTime: number
  /** Where there is more to say than that there is no message. */
  readonly reason?: string | undefined
}
