export { bodyCrc, crc32 } from './crc32.js'
export { decodeRecord, type MessageRecord } from './decode-record.js'
export {
  encodedRecord,
  encodeRecord,
  type MessageToEncode,
  type RecordStamp,
  recordBytesMax,
} from './encode-record.js'
export {
  cutText,
  decodeFailureHistory,
  encodeFailureHistory,
  FAILED_ATTEMPTS_MAX,
  FAILURE_HISTORY_BYTES_MAX,
  type FailedAttempt,
  type FailureHistory,
  fitFailureHistory,
  NO_FAILURES,
  withAttempt,
  withReplay,
} from './failure-history.js'
export { type EncodedHost, encodeHost, hostText, parseHost } from './host.js'
export { decodeMessageId, encodeMessageId } from './message-id.js'
export { messageTypeOf, TOPIC_MESSAGE_TYPES, type TopicMessageType } from './message-type.js'
export {
  decodeProperties,
  encodeProperties,
  encodeProperty,
  findProperty,
  joinProperties,
  type MessageProperties,
  PropertyName,
  tagsCodeOf,
  withoutProperty,
  withProperties,
} from './properties.js'
export {
  DEAD_LETTER_REASON_BYTES_MAX,
  failureHistoryRoom,
  hasRoomForAdded,
  OWN_PROPERTIES_BYTES_MAX,
  ownPropertiesBytes,
} from './properties-room.js'
export {
  RECORD_HEAD_BYTES,
  recordBodyPosition,
  recordProperties,
  recordQueueOffset,
  recordStoreTimestamp,
} from './record-fields.js'
export {
  BLANK_MAGIC,
  PROPERTIES_BYTES_MAX,
  RECORD_BYTES_AROUND_BODY_MAX,
  RECORD_BYTES_MIN,
  RECORD_MAGIC_V1,
  RECORD_MAGIC_V2,
  RecordPosition,
} from './record-layout.js'
export { decodeRecords, decodeSoundRecords, recordsIn } from './records-in-a-row.js'
export {
  COMPRESSION_FLAGS,
  compressionOf,
  SysFlag,
  transactionTypeOf,
  withTransactionType,
} from './sys-flag.js'
export { TIMER_SLOT_MS_MAX, timerDueAt, timerOutAt, timerWakeAt } from './timer.js'
