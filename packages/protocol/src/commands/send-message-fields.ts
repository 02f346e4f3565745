import { boolean, int32, int64, optional, text, withWireNames } from '../command/field.js'

/** Apache: SendMessageRequestHeader. */
export const sendMessageFields = {
  producerGroup: text(),
  topic: text(),
  /** The topic whose settings an unknown topic inherits. */
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
export const sendMessageFieldsV2 = withWireNames(sendMessageFields, {
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
export const sendMessageResponseFields = {
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
