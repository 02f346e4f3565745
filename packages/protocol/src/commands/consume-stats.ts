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
})

export const offsetWrapperShape = object({
  brokerOffset: integer(),
  consumerOffset: integer(),
  pullOffset: integer(),
  lastTimestamp: integer(),
})

/** How far a group is in one queue. Apache: OffsetWrapper. */
export type OffsetWrapper = ValueOf<typeof offsetWrapperShape>

export const consumeStatsShape = object({
  offsetTable: pairs(messageQueueShape, offsetWrapperShape),
  consumeTps: decimal(),
})

/** How far a group is in each queue. Apache: ConsumeStats. */
export type ConsumeStats = ValueOf<typeof consumeStatsShape>

export const { encode: encodeConsumeStats, decode: decodeConsumeStats } = bodyOf(
  'ConsumeStats',
  consumeStatsShape,
)

/** ConsumeStats of every group of a broker; the body is a ConsumeStatsList. Apache: GetConsumeStatsInBrokerHeader. */
export const getBrokerConsumeStats = defineCommand({
  code: RequestCode.GET_BROKER_CONSUME_STATS,
  request: {
    isOrder: boolean(),
  },
})

export const consumeStatsListShape = object({
  consumeStatsList: list(mapOf(string(), list(consumeStatsShape))),
  brokerAddr: nullable(string()),
  totalDiff: integer(),
  totalInflightDiff: integer(),
})

/** ConsumeStats of every group of a broker. Apache: ConsumeStatsList. */
export type ConsumeStatsList = ValueOf<typeof consumeStatsListShape>

export const { encode: encodeConsumeStatsList, decode: decodeConsumeStatsList } = bodyOf(
  'ConsumeStatsList',
  consumeStatsListShape,
)

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

export const queueTimeSpanShape = object({
  messageQueue: nullable(messageQueueShape),
  minTimeStamp: integer(),
  maxTimeStamp: integer(),
  consumeTimeStamp: integer(),
  delayTime: integer(),
})

/**
 * Store times of what one queue holds and of what was consumed last; `delayTime` in milliseconds. Apache:
 * QueueTimeSpan.
 */
export type QueueTimeSpan = ValueOf<typeof queueTimeSpanShape>

export const queryConsumeTimeSpanBodyShape = object({
  consumeTimeSpanSet: list(queueTimeSpanShape),
})

/** The answer to QUERY_CONSUME_TIME_SPAN. Apache: QueryConsumeTimeSpanBody. */
export type QueryConsumeTimeSpanBody = ValueOf<typeof queryConsumeTimeSpanBodyShape>

export const { encode: encodeQueryConsumeTimeSpanBody, decode: decodeQueryConsumeTimeSpanBody } = bodyOf(
  'QueryConsumeTimeSpanBody',
  queryConsumeTimeSpanBodyShape,
)

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

export const consumeQueueDataShape = object({
  physicOffset: integer(),
  physicSize: integer(),
  tagsCode: integer(),
  extendDataJson: nullable(string()),
  bitMap: nullable(string()),
  eval: flag(),
  msg: nullable(string()),
})

/** One entry of a consume queue. Apache: ConsumeQueueData. */
export type ConsumeQueueData = ValueOf<typeof consumeQueueDataShape>

export const queryConsumeQueueResponseBodyShape = object({
  subscriptionData: nullable(subscriptionDataShape),
  filterData: nullable(string()),
  queueData: list(consumeQueueDataShape),
  maxQueueIndex: integer(),
  minQueueIndex: integer(),
})

/** The answer to QUERY_CONSUME_QUEUE. Apache: QueryConsumeQueueResponseBody. */
export type QueryConsumeQueueResponseBody = ValueOf<typeof queryConsumeQueueResponseBodyShape>

export const { encode: encodeQueryConsumeQueueResponseBody, decode: decodeQueryConsumeQueueResponseBody } =
  bodyOf('QueryConsumeQueueResponseBody', queryConsumeQueueResponseBodyShape)
