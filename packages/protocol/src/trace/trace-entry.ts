/** In the order of their ordinals. Apache: MessageType. */
export const TRACE_MESSAGE_TYPES = [
  'Normal_Msg',
  'Trans_Msg_Half',
  'Trans_msg_Commit',
  'Delay_Msg',
  'Order_Msg',
] as const
export type TraceMessageType = (typeof TRACE_MESSAGE_TYPES)[number]

/** Apache: LocalTransactionState, with its spelling. */
export const TRACE_TRANSACTION_STATES = ['COMMIT_MESSAGE', 'ROLLBACK_MESSAGE', 'UNKNOW'] as const
export type TraceTransactionState = (typeof TRACE_TRANSACTION_STATES)[number]

/** `contextCode` of an entry about a handler that ended. Apache: ConsumeReturnType, by its ordinals. */
export const ConsumeReturnType = {
  SUCCESS: 0,
  /** The handler took longer than the consumer's timeout, whatever its outcome. */
  TIME_OUT: 1,
  EXCEPTION: 2,
  RETURNNULL: 3,
  FAILED: 4,
} as const

/** A message was sent and stored. */
export interface PubTrace {
  readonly type: 'Pub'
  /** When it was sent, milliseconds since the epoch. */
  readonly timeStamp: number
  readonly regionId: string
  /** The producer's. */
  readonly groupName: string
  readonly topic: string
  readonly msgId: string
  readonly tags?: string | undefined
  /** Parted by spaces. */
  readonly keys?: string | undefined
  /** `ip:port` of the broker. */
  readonly storeHost: string
  /** Bytes of the body on the wire, perhaps compressed. */
  readonly bodyLength: number
  /** Milliseconds. */
  readonly costTime: number
  readonly msgType: TraceMessageType
  readonly offsetMsgId: string
  /** False when the message was stored, but less durably than the broker is set to. */
  readonly success: boolean
}

/** A message was given to a handler. */
export interface SubBeforeTrace {
  readonly type: 'SubBefore'
  readonly timeStamp: number
  readonly regionId: string
  /** The consumer's. */
  readonly groupName: string
  /** The same as in the `SubAfter` entry of this delivery. */
  readonly requestId: string
  readonly msgId: string
  /** 0 at the first delivery. */
  readonly retryTimes: number
  readonly keys?: string | undefined
}

/** A handler ended. */
export interface SubAfterTrace {
  readonly type: 'SubAfter'
  readonly requestId: string
  readonly msgId: string
  /** Milliseconds, divided by the number of messages that were given together. */
  readonly costTime: number
  readonly success: boolean
  readonly keys?: string | undefined
  /** `ConsumeReturnType`; clients before 4.5 leave it out. */
  readonly contextCode?: number | undefined
  /** Clients before 4.9 and a cloud provider's clients leave out the time and the group. */
  readonly timeStamp?: number | undefined
  readonly groupName?: string | undefined
}

/** A producer told the broker a transaction's outcome, or that it does not know it yet. */
export interface EndTransactionTrace {
  readonly type: 'EndTransaction'
  readonly timeStamp: number
  readonly regionId: string
  readonly groupName: string
  readonly topic: string
  readonly msgId: string
  readonly tags?: string | undefined
  readonly keys?: string | undefined
  readonly storeHost: string
  readonly msgType: TraceMessageType
  readonly transactionId: string
  readonly transactionState: TraceTransactionState
  /** True when the producer answered a check. */
  readonly fromTransactionCheck: boolean
}

/** A timer message was recalled, or could not be. */
export interface RecallTrace {
  readonly type: 'Recall'
  readonly timeStamp: number
  readonly regionId: string
  readonly groupName: string
  readonly topic: string
  readonly msgId: string
  readonly success: boolean
}

/** What a client traces of one message. Apache: TraceContext with one TraceBean. */
export type TraceEntry = PubTrace | SubBeforeTrace | SubAfterTrace | EndTransactionTrace | RecallTrace
