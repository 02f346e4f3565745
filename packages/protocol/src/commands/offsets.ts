import { MessageQueue } from '../bodies/routes.js'
import { DataVersion } from '../bodies/tables.js'
import { body } from '../body/body.js'
import { integer, list, mapOf, nullable, object, pairs, string, type ValueOf } from '../body/shape.js'
import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, int64, optional, text } from '../command/field.js'

/**
 * The committed offset of a group in a queue. Apache: QueryConsumerOffsetRequestHeader,
 * QueryConsumerOffsetResponseHeader.
 */
export const queryConsumerOffset = defineCommand({
  code: RequestCode.QUERY_CONSUMER_OFFSET,
  request: {
    consumerGroup: text(),
    topic: text(),
    queueId: int32(),
    setZeroIfNotFound: optional(boolean()),
    bname: optional(text()),
  },
  response: {
    offset: int64(),
  },
})

/** Commits the offset of a group in a queue. Apache: UpdateConsumerOffsetRequestHeader. */
export const updateConsumerOffset = defineCommand({
  code: RequestCode.UPDATE_CONSUMER_OFFSET,
  request: {
    consumerGroup: text(),
    topic: text(),
    queueId: int32(),
    commitOffset: int64(),
    bname: optional(text()),
  },
})

/** The offset the next message of a queue will get. Apache: GetMaxOffsetRequestHeader, GetMaxOffsetResponseHeader. */
export const getMaxOffset = defineCommand({
  code: RequestCode.GET_MAX_OFFSET,
  request: {
    topic: text(),
    queueId: int32(),
    committed: boolean({ default: true }),
    bname: optional(text()),
  },
  response: {
    offset: int64(),
  },
})

/**
 * The offset of the oldest message a queue still has. Apache: GetMinOffsetRequestHeader,
 * GetMinOffsetResponseHeader.
 */
export const getMinOffset = defineCommand({
  code: RequestCode.GET_MIN_OFFSET,
  request: {
    topic: text(),
    queueId: int32(),
    bname: optional(text()),
  },
  response: {
    offset: int64(),
  },
})

/**
 * The offset of the message stored at a time; `boundaryType` (LOWER, UPPER; BoundaryType) chooses among equals.
 * Apache: SearchOffsetRequestHeader, SearchOffsetResponseHeader.
 */
export const searchOffsetByTimestamp = defineCommand({
  code: RequestCode.SEARCH_OFFSET_BY_TIMESTAMP,
  request: {
    topic: text(),
    liteTopic: optional(text()),
    queueId: int32(),
    timestamp: int64(),
    boundaryType: optional(text()),
    bname: optional(text()),
  },
  response: {
    offset: int64(),
  },
})

/**
 * When the oldest message of a queue was stored. Apache: GetEarliestMsgStoretimeRequestHeader,
 * GetEarliestMsgStoretimeResponseHeader.
 */
export const getEarliestMsgStoretime = defineCommand({
  code: RequestCode.GET_EARLIEST_MSG_STORETIME,
  request: {
    topic: text(),
    queueId: int32(),
    bname: optional(text()),
  },
  response: {
    timestamp: int64(),
  },
})

/** A slave copies all committed offsets. Apache: ConsumerOffsetSerializeWrapper (response body). */
export const getAllConsumerOffset = defineCommand({
  code: RequestCode.GET_ALL_CONSUMER_OFFSET,
})

/**
 * Committed offsets by `topic@group` and queue; also the shape of consumerOffset.json. Apache:
 * ConsumerOffsetSerializeWrapper.
 */
export const ConsumerOffsetSerializeWrapper = body('ConsumerOffsetSerializeWrapper', {
  offsetTable: mapOf(string(), mapOf(integer(), integer())),
  dataVersion: nullable(DataVersion),
})
export type ConsumerOffsetSerializeWrapper = ValueOf<typeof ConsumerOffsetSerializeWrapper>

/** Copies the offsets of one group to another. Apache: CloneGroupOffsetRequestHeader. */
export const cloneGroupOffset = defineCommand({
  code: RequestCode.CLONE_GROUP_OFFSET,
  request: {
    srcGroup: text(),
    destGroup: text(),
    topic: optional(text()),
    offline: boolean({ default: false }),
  },
})

/**
 * Smallest offsets of several groups beside one to compare with; the body is a QueryCorrectionOffsetBody. Apache:
 * QueryCorrectionOffsetHeader.
 */
export const queryCorrectionOffset = defineCommand({
  code: RequestCode.QUERY_CORRECTION_OFFSET,
  request: {
    filterGroups: optional(text()),
    compareGroup: text(),
    topic: text(),
  },
})

/** Offsets by queue. Apache: QueryCorrectionOffsetBody. */
export const QueryCorrectionOffsetBody = body('QueryCorrectionOffsetBody', {
  correctionOffsets: mapOf(integer(), integer()),
})
export type QueryCorrectionOffsetBody = ValueOf<typeof QueryCorrectionOffsetBody>

/** Apache: ResetOffsetRequestHeader. */
const resetOffsetFields = {
  group: text(),
  topic: text(),
  queueId: int32({ default: -1 }),
  offset: optional(int64()),
  timestamp: int64(),
  isForce: boolean(),
}

/**
 * Moves a group's offsets to those of a time, or its offset in one queue to a given one; the response body is a
 * ResetOffsetBody. Apache: ResetOffsetRequestHeader.
 */
export const invokeBrokerToResetOffset = defineCommand({
  code: RequestCode.INVOKE_BROKER_TO_RESET_OFFSET,
  request: resetOffsetFields,
})

/**
 * The broker tells a running consumer its new offsets; the body is a ResetOffsetBody. One-way. Apache:
 * ResetOffsetRequestHeader.
 */
export const resetConsumerClientOffset = defineCommand({
  code: RequestCode.RESET_CONSUMER_CLIENT_OFFSET,
  request: resetOffsetFields,
})

/** New offsets of a group. Apache: ResetOffsetBody. */
export const ResetOffsetBody = body('ResetOffsetBody', {
  offsetTable: pairs(MessageQueue, integer()),
})
export type ResetOffsetBody = ValueOf<typeof ResetOffsetBody>

/** A queue and its new offset. Apache: MessageQueueForC. */
export const MessageQueueForC = object({
  topic: string(),
  brokerName: string(),
  queueId: integer(),
  offset: integer(),
})
export type MessageQueueForC = ValueOf<typeof MessageQueueForC>

/** New offsets of a group, as clients without object keys get them. Apache: ResetOffsetBodyForC. */
export const ResetOffsetBodyForC = body('ResetOffsetBodyForC', {
  offsetTable: list(MessageQueueForC),
})
export type ResetOffsetBodyForC = ValueOf<typeof ResetOffsetBodyForC>

/** Apache: GetConsumerStatusRequestHeader. */
const consumerStatusFields = {
  topic: text(),
  group: text(),
  clientAddr: optional(text()),
}

/**
 * Asks the broker for the offsets its consumers hold in memory; the body is a GetConsumerStatusBody. Apache:
 * GetConsumerStatusRequestHeader.
 */
export const invokeBrokerToGetConsumerStatus = defineCommand({
  code: RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS,
  request: consumerStatusFields,
})

/**
 * The broker asks a consumer for the offsets it holds in memory; the body is a GetConsumerStatusBody. Apache:
 * GetConsumerStatusRequestHeader.
 */
export const getConsumerStatusFromClient = defineCommand({
  code: RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT,
  request: consumerStatusFields,
})

/** Offsets consumers hold in memory. Apache: GetConsumerStatusBody. */
export const GetConsumerStatusBody = body('GetConsumerStatusBody', {
  messageQueueTable: pairs(MessageQueue, integer()),
  consumerTable: mapOf(string(), pairs(MessageQueue, integer())),
})
export type GetConsumerStatusBody = ValueOf<typeof GetConsumerStatusBody>
