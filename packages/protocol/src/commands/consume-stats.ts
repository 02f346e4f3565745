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
import { boolean, int32, int64, optional, text } from '../command/field.js'

/**
 * How far a group is behind in each queue, of one topic, of several (`topicList`, parted by `;`) or of all; the
 * body is ConsumeStats. Apache: GetConsumeStatsRequestHeader.
 */
export const getConsumeStats = defineCommand({
  code: RequestCode.GET_CONSUME_STATS,
  request: {
    consumerGroup: text(),
    topic: optional(text()),
    topicList: optional(text()),
  },
  response: {
    /** Not in Apache: messages the group has popped and not acknowledged. */
    popped: optional(int64()),
  },
})

/** How far a group is in one queue. Apache: OffsetWrapper. */
export const OffsetWrapper = object({
  brokerOffset: integer(),
  consumerOffset: integer(),
  pullOffset: integer(),
  lastTimestamp: integer(),
})
export type OffsetWrapper = ValueOf<typeof OffsetWrapper>

/** How far a group is in each queue. Apache: ConsumeStats. */
export const ConsumeStats = body('ConsumeStats', {
  offsetTable: pairs(MessageQueue, OffsetWrapper),
  consumeTps: decimal(),
})
export type ConsumeStats = ValueOf<typeof ConsumeStats>

/** ConsumeStats of every group of a broker; the body is a ConsumeStatsList. Apache: GetConsumeStatsInBrokerHeader. */
export const getBrokerConsumeStats = defineCommand({
  code: RequestCode.GET_BROKER_CONSUME_STATS,
  request: {
    isOrder: boolean(),
  },
})

/** ConsumeStats of every group of a broker. Apache: ConsumeStatsList. */
export const ConsumeStatsList = body('ConsumeStatsList', {
  consumeStatsList: list(mapOf(string(), list(ConsumeStats))),
  brokerAddr: nullable(string()),
  totalDiff: integer(),
  totalInflightDiff: integer(),
})
export type ConsumeStatsList = ValueOf<typeof ConsumeStatsList>

/**
 * Store times of what a group has consumed and has not; the body is a QueryConsumeTimeSpanBody. Apache:
 * QueryConsumeTimeSpanRequestHeader.
 */
export const queryConsumeTimeSpan = defineCommand({
  code: RequestCode.QUERY_CONSUME_TIME_SPAN,
  request: {
    topic: text(),
    group: text(),
  },
})

/**
 * Store times of what one queue holds and of what was consumed last; `delayTime` in milliseconds. Apache:
 * QueueTimeSpan.
 */
export const QueueTimeSpan = object({
  messageQueue: nullable(MessageQueue),
  minTimeStamp: integer(),
  maxTimeStamp: integer(),
  consumeTimeStamp: integer(),
  delayTime: integer(),
})
export type QueueTimeSpan = ValueOf<typeof QueueTimeSpan>

/** The answer to QUERY_CONSUME_TIME_SPAN. Apache: QueryConsumeTimeSpanBody. */
export const QueryConsumeTimeSpanBody = body('QueryConsumeTimeSpanBody', {
  consumeTimeSpanSet: list(QueueTimeSpan),
})
export type QueryConsumeTimeSpanBody = ValueOf<typeof QueryConsumeTimeSpanBody>

/**
 * Entries of one consume queue, for mqadmin; the body is a QueryConsumeQueueResponseBody. Apache:
 * QueryConsumeQueueRequestHeader.
 */
export const queryConsumeQueue = defineCommand({
  code: RequestCode.QUERY_CONSUME_QUEUE,
  request: {
    topic: text(),
    queueId: int32({ default: 0 }),
    index: int64({ default: 0 }),
    count: int32({ default: 0 }),
    consumerGroup: optional(text()),
  },
})

/** One entry of a consume queue. Apache: ConsumeQueueData. */
export const ConsumeQueueData = object({
  physicOffset: integer(),
  physicSize: integer(),
  tagsCode: integer(),
  extendDataJson: nullable(string()),
  bitMap: nullable(string()),
  eval: flag(),
  msg: nullable(string()),
})
export type ConsumeQueueData = ValueOf<typeof ConsumeQueueData>

/** The answer to QUERY_CONSUME_QUEUE. Apache: QueryConsumeQueueResponseBody. */
export const QueryConsumeQueueResponseBody = body('QueryConsumeQueueResponseBody', {
  subscriptionData: nullable(SubscriptionData),
  filterData: nullable(string()),
  queueData: list(ConsumeQueueData),
  maxQueueIndex: integer(),
  minQueueIndex: integer(),
})
export type QueryConsumeQueueResponseBody = ValueOf<typeof QueryConsumeQueueResponseBody>
