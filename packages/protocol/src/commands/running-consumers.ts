import { SubscriptionData } from '../bodies/groups.js'
import { MessageQueue } from '../bodies/routes.js'
import { body } from '../body/body.js'
import {
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
 * What a consumer is doing; the broker passes the request on to it. The response body is ConsumerRunningInfo. Apache:
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

/** The backlog of a push consumer in one queue. Apache: ProcessQueueInfo. */
export const ProcessQueueInfo = object({
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
export type ProcessQueueInfo = ValueOf<typeof ProcessQueueInfo>

/** The backlog of a popping consumer in one queue. Apache: PopProcessQueueInfo. */
export const PopProcessQueueInfo = object({
  waitAckCount: integer(),
  droped: flag(),
  lastPopTimestamp: integer(),
})
export type PopProcessQueueInfo = ValueOf<typeof PopProcessQueueInfo>

/** Rates of one topic at one consumer: times in milliseconds, rates per second. Apache: ConsumeStatus. */
export const ConsumeStatus = object({
  pullRT: decimal(),
  pullTPS: decimal(),
  consumeRT: decimal(),
  consumeOKTPS: decimal(),
  consumeFailedTPS: decimal(),
  consumeFailedMsgs: integer(),
})
export type ConsumeStatus = ValueOf<typeof ConsumeStatus>

/** What a consumer is doing. Apache: ConsumerRunningInfo. */
export const ConsumerRunningInfo = body('ConsumerRunningInfo', {
  properties: mapOf(string(), string()),
  subscriptionSet: list(SubscriptionData),
  mqTable: pairs(MessageQueue, ProcessQueueInfo),
  mqPopTable: pairs(MessageQueue, PopProcessQueueInfo),
  statusTable: mapOf(string(), ConsumeStatus),
  userConsumerInfo: mapOf(string(), string()),
  jstack: nullable(string()),
})
export type ConsumerRunningInfo = ValueOf<typeof ConsumerRunningInfo>

/**
 * Makes one consumer handle one message now; the broker passes the request on. The response body is a
 * ConsumeMessageDirectlyResult. Apache: ConsumeMessageDirectlyResultRequestHeader.
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

/**
 * How the handling of a message on request ended; `consumeResult` is a name of CMResult. Apache:
 * ConsumeMessageDirectlyResult.
 */
export const ConsumeMessageDirectlyResult = body('ConsumeMessageDirectlyResult', {
  order: flag(),
  autoCommit: flag(true),
  consumeResult: nullable(string()),
  remark: nullable(string()),
  spentTimeMills: integer(),
})
export type ConsumeMessageDirectlyResult = ValueOf<typeof ConsumeMessageDirectlyResult>
