import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int32, int64, optional, text } from '../command/field.js'

/** Bits of a pull request's `sysFlag`. Apache: PullSysFlag. */
export const PullSysFlag = {
  COMMIT_OFFSET: 0x1,
  SUSPEND: 0x1 << 1,
  SUBSCRIPTION: 0x1 << 2,
  CLASS_FILTER: 0x1 << 3,
  LITE_PULL_MESSAGE: 0x1 << 4,
} as const

/** Apache: PullMessageRequestHeader; bits of `sysFlag` in `PullSysFlag`. */
const pullMessageFields = {
  consumerGroup: text(),
  topic: text(),
  liteTopic: optional(text()),
  queueId: int32(),
  queueOffset: int64(),
  maxMsgNums: int32(),
  sysFlag: int32(),
  /** Counts when `sysFlag` has COMMIT_OFFSET. */
  commitOffset: int64(),
  /** Longest time the request may wait at the broker, when `sysFlag` has SUSPEND. */
  suspendTimeoutMillis: int64(),
  /** The expression, when `sysFlag` has SUBSCRIPTION. */
  subscription: optional(text()),
  /** Version of the consumer's subscription: the broker needs at least this one from a heartbeat. */
  subVersion: int64(),
  /** TAG or SQL92; missing means TAG. */
  expressionType: optional(text()),
  maxMsgBytes: optional(int32()),
  requestSource: optional(int32()),
  /** Apache's spelling. */
  proxyFrowardClientId: optional(text()),
  bname: optional(text()),
}

/** Apache: PullMessageResponseHeader. */
const pullMessageResponseFields = {
  /** 0 for the master; another id when a slave should be read from next. */
  suggestWhichBrokerId: int64(),
  nextBeginOffset: int64(),
  minOffset: int64(),
  maxOffset: int64(),
  offsetDelta: optional(int64()),
  topicSysFlag: optional(int32()),
  groupSysFlag: optional(int32()),
  forbiddenType: optional(int32()),
}

/**
 * Reads from one queue; without a message to read, the request may wait at the broker until one arrives. The body is
 * records in a row. Apache: PullMessageRequestHeader, PullMessageResponseHeader.
 */
export const pullMessage = defineCommand({
  code: RequestCode.PULL_MESSAGE,
  request: pullMessageFields,
  response: pullMessageResponseFields,
})

/**
 * PULL_MESSAGE from a DefaultLitePullConsumer: same fields, its own flow control at the broker. Apache:
 * PullMessageRequestHeader, PullMessageResponseHeader.
 */
export const litePullMessage = defineCommand({
  code: RequestCode.LITE_PULL_MESSAGE,
  request: pullMessageFields,
  response: pullMessageResponseFields,
})
