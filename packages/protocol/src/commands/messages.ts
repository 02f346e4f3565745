import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, int64, optional, text, withWireNames } from '../command/field.js'

/** Apache: SendMessageRequestHeader. */
const sendMessageFields = {
  producerGroup: text(),
  topic: text(),
  /** The topic whose config an unknown topic inherits. */
  defaultTopic: text(),
  defaultTopicQueueNums: int32(),
  queueId: int32(),
  sysFlag: int32(),
  /** Milliseconds since the epoch, by the producer's clock. */
  bornTimestamp: int64(),
  flag: int32(),
  properties: optional(text()),
  reconsumeTimes: optional(int32()),
  unitMode: optional(boolean()),
  maxReconsumeTimes: optional(int32()),
  batch: optional(boolean()),
  bname: optional(text()),
}

/** The same fields under the letters that save header bytes. Apache: SendMessageRequestHeaderV2. */
const sendMessageFieldsV2 = withWireNames(sendMessageFields, {
  producerGroup: 'a',
  topic: 'b',
  defaultTopic: 'c',
  defaultTopicQueueNums: 'd',
  queueId: 'e',
  sysFlag: 'f',
  bornTimestamp: 'g',
  flag: 'h',
  properties: 'i',
  reconsumeTimes: 'j',
  unitMode: 'k',
  maxReconsumeTimes: 'l',
  batch: 'm',
  bname: 'n',
})

/** Apache: SendMessageResponseHeader. */
const sendMessageResponseFields = {
  /** The offset message id; `encodeMessageId`. */
  msgId: text(),
  queueId: int32(),
  queueOffset: int64(),
  transactionId: optional(text()),
  /** Unique ids of a batch whose messages went to several records. */
  batchUniqId: optional(text()),
  /** Cancels the delayed message with RECALL_MESSAGE. */
  recallHandle: optional(text()),
  /** Where and whether the client should trace the message. */
  region: optional(text({ wire: 'MSG_REGION' })),
  traceOn: optional(boolean({ wire: 'TRACE_ON' })),
}

/**
 * Stores one message; the header fields have their full names. Sent by clients that do not use SEND_MESSAGE_V2.
 * Apache: SendMessageRequestHeader, SendMessageResponseHeader.
 */
export const sendMessage = defineCommand({
  code: RequestCode.SEND_MESSAGE,
  request: sendMessageFields,
  response: sendMessageResponseFields,
})

/**
 * Stores one message; single-letter field names keep the header short. The default of Java and Go clients. Apache:
 * SendMessageRequestHeaderV2, SendMessageResponseHeader.
 */
export const sendMessageV2 = defineCommand({
  code: RequestCode.SEND_MESSAGE_V2,
  request: sendMessageFieldsV2,
  response: sendMessageResponseFields,
})

/**
 * Stores several messages of one topic; the body is `BatchMessages`. Apache: SendMessageRequestHeaderV2,
 * SendMessageResponseHeader.
 */
export const sendBatchMessage = defineCommand({
  code: RequestCode.SEND_BATCH_MESSAGE,
  request: sendMessageFieldsV2,
  response: sendMessageResponseFields,
})

/**
 * The answer of a request-reply exchange, to be pushed to the requester. Apache: SendMessageRequestHeader,
 * SendMessageResponseHeader.
 */
export const sendReplyMessage = defineCommand({
  code: RequestCode.SEND_REPLY_MESSAGE,
  request: sendMessageFields,
  response: sendMessageResponseFields,
})

/**
 * The same as SEND_REPLY_MESSAGE with single-letter field names. Apache: SendMessageRequestHeaderV2,
 * SendMessageResponseHeader.
 */
export const sendReplyMessageV2 = defineCommand({
  code: RequestCode.SEND_REPLY_MESSAGE_V2,
  request: sendMessageFieldsV2,
  response: sendMessageResponseFields,
})

/**
 * The broker hands the answer of a request-reply exchange to the requester; the body is the message's. Apache:
 * ReplyMessageRequestHeader.
 */
export const pushReplyMessageToClient = defineCommand({
  code: RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT,
  request: {
    producerGroup: text(),
    topic: text(),
    defaultTopic: text(),
    defaultTopicQueueNums: int32(),
    queueId: int32(),
    sysFlag: int32(),
    bornTimestamp: int64(),
    flag: int32(),
    properties: optional(text()),
    reconsumeTimes: optional(int32()),
    unitMode: boolean({ default: false }),
    bornHost: text(),
    storeHost: text(),
    storeTimestamp: int64(),
  },
})

/**
 * Gives back a message that a consumer failed on; the retry topic delivers it again later. `delayLevel` 0 lets the
 * broker choose the delay; with a negative one the message goes to the dead-letter topic at once. Apache:
 * ConsumerSendMsgBackRequestHeader.
 */
export const consumerSendMsgBack = defineCommand({
  code: RequestCode.CONSUMER_SEND_MSG_BACK,
  request: {
    offset: int64(),
    group: text(),
    delayLevel: int32(),
    originMsgId: optional(text()),
    originTopic: optional(text()),
    unitMode: boolean({ default: false }),
    maxReconsumeTimes: optional(int32()),
    bname: optional(text()),
    /** Ours alone, ignored by Apache's brokers: the property FAILURE_HISTORY of the copy. */
    failureHistory: optional(text()),
  },
})

/**
 * Records by key (or, with the extra field `_UNIQUE_KEY_QUERY`, by unique id) over a time range; the body is
 * records in a row. Apache: QueryMessageRequestHeader, QueryMessageResponseHeader.
 */
export const queryMessage = defineCommand({
  code: RequestCode.QUERY_MESSAGE,
  request: {
    topic: text(),
    key: text(),
    maxNum: int32(),
    beginTimestamp: int64(),
    endTimestamp: int64(),
    indexType: optional(text()),
    lastKey: optional(text()),
    uniqueKeyQuery: boolean({ wire: '_UNIQUE_KEY_QUERY', default: false }),
    bname: optional(text()),
  },
  response: {
    indexLastUpdateTimestamp: int64(),
    indexLastUpdatePhyoffset: int64(),
  },
})

/** One record by its physical offset; the body is the record. Apache: ViewMessageRequestHeader. */
export const viewMessageById = defineCommand({
  code: RequestCode.VIEW_MESSAGE_BY_ID,
  request: {
    topic: optional(text()),
    offset: int64(),
  },
})
