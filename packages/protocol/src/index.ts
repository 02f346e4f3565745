export { LanguageCode, languageCode, languageName } from './codes/language-code.js'
export { RequestCode, requestCodeName } from './codes/request-code.js'
export { ResponseCode, responseCodeName } from './codes/response-code.js'
export { PROTOCOL_VERSION } from './codes/version.js'
export { type Command, defineCommand, type NoFields, type RequestFields, type ResponseFields } from './command/command.js'
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
export { FieldCodec } from './command/field-codec.js'
export { protocolErrors } from './errors.js'
export { encodeFrame, type FrameHead } from './frame/encode-frame.js'
export { decodeFrame, type Frame, type HeaderFields, isOneway, isResponse } from './frame/frame.js'
export { FRAME_BYTES_MAX_DEFAULT, FrameDecoder } from './frame/frame-decoder.js'
export { FrameWriter } from './frame/frame-writer.js'
export { ONEWAY_FLAG, RESPONSE_FLAG, Serialization } from './frame/serialization.js'
export { bodyCrc, crc32 } from './record/crc32.js'
export {
  type DecodeRecordOptions,
  decodeRecord,
  decodeRecords,
  type MessageRecord,
  readInt64,
} from './record/decode-record.js'
export {
  encodeRecord,
  type MessageToEncode,
  type RecordPlace,
  recordBytesMax,
  writeInt64,
} from './record/encode-record.js'
export { decodeHost, type EncodedHost, encodeHost } from './record/host.js'
export { decodeMessageId, encodeMessageId } from './record/message-id.js'
export {
  decodeProperties,
  encodeProperties,
  findProperty,
  type MessageProperties,
  PropertyName,
  replaceProperty,
} from './record/properties.js'
export {
  BLANK_MAGIC,
  PROPERTIES_BYTES_MAX,
  RECORD_FIXED_BYTES_V1,
  RECORD_MAGIC_V1,
  RECORD_MAGIC_V2,
  RecordPosition,
  TOPIC_BYTES_MAX_V1,
} from './record/record-layout.js'
export { compressionOf, SysFlag, transactionTypeOf, withTransactionType } from './record/sys-flag.js'
export { javaHashCode, tagsCodeOf } from './record/tags.js'
