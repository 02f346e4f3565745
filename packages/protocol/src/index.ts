export { LanguageCode, languageName } from './codes/language-code.js'
export { RequestCode, requestCodeName } from './codes/request-code.js'
export { ResponseCode, responseCodeName } from './codes/response-code.js'
export { PROTOCOL_VERSION, versionName } from './codes/version.js'
export {
  type Command,
  defineCommand,
  type NoFields,
  type RequestFields,
  type ResponseFields,
} from './command/command.js'
export {
  boolean,
  type Field,
  type FieldTable,
  type FieldValues,
  int32,
  int64,
  optional,
  text,
} from './command/field.js'
export { FieldCodec, type HeaderFields } from './command/field-codec.js'
export { protocolErrors } from './errors.js'
export { encodeFrame } from './frame/encode-frame.js'
export { decodeFrame, type Frame, isOneway, isResponse } from './frame/frame.js'
export { FRAME_BYTES_MAX_DEFAULT, FrameDecoder } from './frame/frame-decoder.js'
export { FrameWriter } from './frame/frame-writer.js'
export { ONEWAY_FLAG, RESPONSE_FLAG, Serialization } from './frame/serialization.js'
export { javaHashCode } from './java/hash-code.js'
export { readInt64, writeInt64 } from './java/int64.js'
export { clientMessageIds } from './names/client-message-id.js'
export { DELAY_LEVELS_DEFAULT, parseDelayLevels } from './names/delay-levels.js'
export { groupNameProblem, TOPIC_CHARACTERS_MAX, topicNameProblem } from './names/name-check.js'
export {
  DEAD_LETTER_TOPIC_PREFIX,
  deadLetterTopicOf,
  isClosedToClients,
  isSystemGroup,
  isSystemTopic,
  RETRY_TOPIC_PREFIX,
  replyTopicOf,
  retryTopicOf,
  SYSTEM_TOPIC_PREFIX,
  SystemTopic,
  TRANSACTION_GROUP,
} from './names/names.js'
export { isInheritable, isReadable, isValidPermission, isWritable, Permission } from './names/permission.js'
export { decodeRecallHandle, encodeRecallHandle, type RecallHandle } from './names/recall-handle.js'
export { TopicSysFlag } from './names/topic-sys-flag.js'
export {
  POP_ORDER_REVIVE_QUEUE,
  PopPropertyName,
  popOriginTopicOf,
  popRetryOriginsOf,
  popRetryTopicOf,
  REVIVE_GROUP,
  reviveTopicOf,
} from './pop/pop-names.js'
export {
  decodeReceiptHandle,
  decodeStartOffsets,
  encodeReceiptHandle,
  markedTopic,
  messageOffsetsItem,
  orderCountItem,
  type ReceiptHandle,
  type RetryMark,
  retryMarkOf,
  startOffsetItem,
} from './pop/receipt-handle.js'
export { decodeTraceData, encodeTraceEntry, traceKeysOf } from './trace/trace-data.js'
export {
  ConsumeReturnType,
  type PubTrace,
  type RecallTrace,
  type TraceEntry,
  type TraceMessageType,
  type TraceTransactionState,
} from './trace/trace-entry.js'
