import { encodeReceiptHandle, PopPropertyName, type ReceiptHandle, readInt64 } from '@rocketeer/protocol'
import {
  decodeProperties,
  decodeRecord,
  encodeProperties,
  encodeRecord,
  RecordPosition,
  recordBytesMax,
  SysFlag,
} from '@rocketeer/protocol/record'

/** A read gives whole records, several of which may lie in one buffer. */
export function recordsOf(buffers: readonly Buffer[]): Buffer[] {
  const records: Buffer[] = []
  for (const buffer of buffers) {
    for (let start = 0; start < buffer.length; ) {
      const bytes = buffer.readInt32BE(start)
      records.push(buffer.subarray(start, start + bytes))
      start += bytes
    }
  }
  return records
}

export function queueOffsetOf(record: Buffer): number {
  return readInt64(record, RecordPosition.QUEUE_OFFSET)
}

/**
 * A message of a retry topic as its consumer knows it: under the topic it asked for, with the handle in its properties,
 * because the answer's header has no room for it. Apache: PopMessageProcessor.popMsgFromQueue.
 */
export function underTopic(bytes: Buffer, topic: string, handle: ReceiptHandle): Buffer {
  const record = decodeRecord(bytes, 0, { checkCrc: false })
  const { sysFlag } = record
  const bornHostEnd = RecordPosition.BORN_HOST + (sysFlag & SysFlag.BORN_HOST_V6 ? 20 : 8)
  const storeHostStart = bornHostEnd + 8
  const storeHostEnd = storeHostStart + (sysFlag & SysFlag.STORE_HOST_V6 ? 20 : 8)
  const properties = decodeProperties(record.properties)
  properties[PopPropertyName.POP_CK] ??= encodeReceiptHandle(handle)
  const message = {
    ...record,
    topic,
    bornHost: bytes.subarray(RecordPosition.BORN_HOST, bornHostEnd),
    storeHost: bytes.subarray(storeHostStart, storeHostEnd),
    properties: encodeProperties(properties),
  }
  const target = Buffer.allocUnsafe(recordBytesMax(message))
  return target.subarray(0, encodeRecord(target, 0, message, record))
}
