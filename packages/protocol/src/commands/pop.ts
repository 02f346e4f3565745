import { body } from '../body/body.js'
import { integer, list, nullable, object, string, type ValueOf } from '../body/shape.js'
import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, int64, optional, text } from '../command/field.js'

/** Apache: PopMessageResponseHeader. */
const popResponseFields = {
  popTime: int64(),
  invisibleTime: int64(),
  reviveQid: int32(),
  restNum: int64(),
  startOffsetInfo: optional(text()),
  msgOffsetInfo: optional(text()),
  orderCountInfo: optional(text()),
}

/**
 * Pops messages of a queue (of any queue with -1) without owning the queue; the group does not see them again until
 * `invisibleTime` has passed without an acknowledgement. Apache: PopMessageRequestHeader, PopMessageResponseHeader.
 */
export const popMessage = defineCommand({
  code: RequestCode.POP_MESSAGE,
  request: {
    consumerGroup: text(),
    topic: text(),
    queueId: int32(),
    maxMsgNums: int32(),
    invisibleTime: int64(),
    pollTime: int64(),
    bornTime: int64(),
    initMode: int32(),
    expType: optional(text()),
    exp: optional(text()),
    order: boolean({ default: false }),
    attemptId: optional(text()),
    bname: optional(text()),
  },
  response: popResponseFields,
})

/**
 * Looks at the next messages of a queue without popping them. Apache: PeekMessageRequestHeader,
 * PopMessageResponseHeader.
 */
export const peekMessage = defineCommand({
  code: RequestCode.PEEK_MESSAGE,
  request: {
    topic: text(),
    queueId: int32(),
    maxMsgNums: int32(),
    consumerGroup: text(),
    bname: optional(text()),
  },
  response: popResponseFields,
})

/**
 * Waits until a queue has a message that the group can pop. Apache: NotificationRequestHeader,
 * NotificationResponseHeader.
 */
export const notification = defineCommand({
  code: RequestCode.NOTIFICATION,
  request: {
    consumerGroup: text(),
    topic: text(),
    queueId: int32(),
    pollTime: int64(),
    bornTime: int64(),
    order: boolean({ default: false }),
    attemptId: optional(text()),
    expType: optional(text()),
    exp: optional(text()),
    bname: optional(text()),
  },
  response: {
    hasMsg: boolean(),
    pollingFull: boolean({ default: false }),
  },
})

/** How many requests wait at a queue for messages. Apache: PollingInfoRequestHeader, PollingInfoResponseHeader. */
export const pollingInfo = defineCommand({
  code: RequestCode.POLLING_INFO,
  request: {
    consumerGroup: text(),
    topic: text(),
    queueId: int32(),
    bname: optional(text()),
  },
  response: {
    pollingNum: int32(),
  },
})

/** Acknowledges one popped message; `extraInfo` is its receipt handle. Apache: AckMessageRequestHeader. */
export const ackMessage = defineCommand({
  code: RequestCode.ACK_MESSAGE,
  request: {
    consumerGroup: text(),
    topic: text(),
    queueId: int32(),
    extraInfo: text(),
    offset: int64(),
    liteTopic: optional(text()),
    bname: optional(text()),
  },
})

/** Acknowledges several popped messages; everything is in the body. Apache: BatchAckMessageRequestBody. */
export const batchAckMessage = defineCommand({
  code: RequestCode.BATCH_ACK_MESSAGE,
})

/**
 * Messages to acknowledge that one POP_MESSAGE brought; letters as on the wire: c consumer group, t topic, r retry, so
 * start offset, q queue id, rq revive queue id, pt pop time, it invisible time, b the bits of the acknowledged offsets
 * (base64). Apache: BatchAck.
 */
export const BatchAck = object({
  c: string(),
  t: string(),
  r: nullable(string()),
  so: integer(),
  q: integer(),
  rq: integer(),
  pt: integer(),
  it: integer(),
  b: nullable(string()),
})
export type BatchAck = ValueOf<typeof BatchAck>

/** Messages to acknowledge. Apache: BatchAckMessageRequestBody. */
export const BatchAckMessageRequestBody = body('BatchAckMessageRequestBody', {
  brokerName: nullable(string()),
  acks: list(BatchAck),
})
export type BatchAckMessageRequestBody = ValueOf<typeof BatchAckMessageRequestBody>

/**
 * Moves the time at which a popped message becomes visible again. Apache: ChangeInvisibleTimeRequestHeader,
 * ChangeInvisibleTimeResponseHeader.
 */
export const changeMessageInvisibletime = defineCommand({
  code: RequestCode.CHANGE_MESSAGE_INVISIBLETIME,
  request: {
    consumerGroup: text(),
    topic: text(),
    queueId: int32(),
    extraInfo: text(),
    offset: int64(),
    invisibleTime: int64(),
    liteTopic: optional(text()),
    suspend: boolean({ default: false }),
    bname: optional(text()),
    /** Ours alone, ignored by Apache's brokers: the property FAILURE_HISTORY of the copy as which it comes back. */
    failureHistory: optional(text()),
  },
  response: {
    popTime: int64(),
    invisibleTime: int64(),
    reviveQid: int32(),
  },
})

/**
 * mqadmin asks a broker to write popped messages back from its file store to its message store. Apache:
 * MQClientAPIImpl.cleanExpiredCQOrdered (no header).
 */
export const popRollback = defineCommand({
  code: RequestCode.POP_ROLLBACK,
})
