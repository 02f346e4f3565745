import { subscriptionDataShape } from '../bodies/groups.js'
import { messageQueueShape } from '../bodies/routes.js'
import {
  bodyOf,
  decimal,
  flag,
  integer,
  list,
  mapOf,
  nullable,
  object,
  pairs,
  string,
  type ValueOf,
} from '../body/shape.js'
import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, optional, text } from '../command/field.js'

/**
 * What a consumer is doing, passed on by the broker; the body is ConsumerRunningInfo. Apache:
 * GetConsumerRunningInfoRequestHeader.
 */
export const getConsumerRunningInfo = defineCommand({
  code: RequestCode.GET_CONSUMER_RUNNING_INFO,
  request: {
    consumerGroup: text(),
    clientId: text(),
    jstackEnable: boolean({ default: false }),
  },
})

export const processQueueInfoShape = object({
  commitOffset: integer(),
  cachedMsgMinOffset: integer(),
  cachedMsgMaxOffset: integer(),
  cachedMsgCount: integer(),
  cachedMsgSizeInMiB: integer(),
  transactionMsgMinOffset: integer(),
  transactionMsgMaxOffset: integer(),
  transactionMsgCount: integer(),
  locked: flag(),
  tryUnlockTimes: integer(),
  lastLockTimestamp: integer(),
  droped: flag(),
  lastPullTimestamp: integer(),
  lastConsumeTimestamp: integer(),
})

/** What a push consumer holds of one queue. Apache: ProcessQueueInfo. */
export type ProcessQueueInfo = ValueOf<typeof processQueueInfoShape>

export const popProcessQueueInfoShape = object({
  waitAckCount: integer(),
  droped: flag(),
  lastPopTimestamp: integer(),
})

/** What a popping consumer holds of one queue. Apache: PopProcessQueueInfo. */
export type PopProcessQueueInfo = ValueOf<typeof popProcessQueueInfoShape>

export const consumeStatusShape = object({
  pullRT: decimal(),
  pullTPS: decimal(),
  consumeRT: decimal(),
  consumeOKTPS: decimal(),
  consumeFailedTPS: decimal(),
  consumeFailedMsgs: integer(),
})

/** Rates of one topic at one consumer: times in milliseconds, rates per second. Apache: ConsumeStatus. */
export type ConsumeStatus = ValueOf<typeof consumeStatusShape>

export const consumerRunningInfoShape = object({
  properties: mapOf(string(), string()),
  subscriptionSet: list(subscriptionDataShape),
  mqTable: pairs(messageQueueShape, processQueueInfoShape),
  mqPopTable: pairs(messageQueueShape, popProcessQueueInfoShape),
  statusTable: mapOf(string(), consumeStatusShape),
  userConsumerInfo: mapOf(string(), string()),
  jstack: nullable(string()),
})

/** What a consumer is doing. Apache: ConsumerRunningInfo. */
export type ConsumerRunningInfo = ValueOf<typeof consumerRunningInfoShape>

export const { encode: encodeConsumerRunningInfo, decode: decodeConsumerRunningInfo } = bodyOf(
  'ConsumerRunningInfo',
  consumerRunningInfoShape,
)

/**
 * Has one consumer handle one message now, passed on by the broker; the body is a ConsumeMessageDirectlyResult.
 * Apache: ConsumeMessageDirectlyResultRequestHeader.
 */
export const consumeMessageDirectly = defineCommand({
  code: RequestCode.CONSUME_MESSAGE_DIRECTLY,
  request: {
    consumerGroup: text(),
    clientId: optional(text()),
    msgId: optional(text()),
    brokerName: optional(text()),
    topic: optional(text()),
    topicSysFlag: optional(int32()),
    groupSysFlag: optional(int32()),
  },
})

export const consumeMessageDirectlyResultShape = object({
  order: flag(),
  autoCommit: flag(true),
  consumeResult: nullable(string()),
  remark: nullable(string()),
  spentTimeMills: integer(),
})

/**
 * How a message handled on request went; `consumeResult` is a name of CMResult. Apache:
 * ConsumeMessageDirectlyResult.
 */
export type ConsumeMessageDirectlyResult = ValueOf<typeof consumeMessageDirectlyResultShape>

export const { encode: encodeConsumeMessageDirectlyResult, decode: decodeConsumeMessageDirectlyResult } =
  bodyOf('ConsumeMessageDirectlyResult', consumeMessageDirectlyResultShape)
