import { RECORD_MAGIC_V2, RecordPosition } from './record-layout.js'
import { SysFlag } from './sys-flag.js'

/**
 * The properties text of the record at `position`, without decoding the rest; see `findProperty`. The record must be a
 * whole one, as the store gives it.
 */
export function recordProperties(buffer: Buffer, position: number): string {
  const end = position + buffer.readInt32BE(position)
  const sysFlag = buffer.readInt32BE(position + RecordPosition.SYS_FLAG)
  const bornHostBytes = sysFlag & SysFlag.BORN_HOST_V6 ? 20 : 8
  const storeHostBytes = sysFlag & SysFlag.STORE_HOST_V6 ? 20 : 8
  const bodyLengthAt = position + RecordPosition.BORN_HOST + bornHostBytes + 8 + storeHostBytes + 12
  const topicLengthAt = bodyLengthAt + 4 + buffer.readInt32BE(bodyLengthAt)
  const longTopic = buffer.readInt32BE(position + RecordPosition.MAGIC) === RECORD_MAGIC_V2
  const topicStart = topicLengthAt + (longTopic ? 2 : 1)
  const topicBytes = longTopic ? buffer.readUInt16BE(topicLengthAt) : buffer.readUInt8(topicLengthAt)
  return buffer.toString('utf8', topicStart + topicBytes + 2, end)
}
