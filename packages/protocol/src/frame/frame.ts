import { languageCode } from '../codes/language-code.js'
import type { HeaderFields } from '../command/field-codec.js'
import { protocolErrors } from '../errors.js'
import { ONEWAY_FLAG, RESPONSE_FLAG, Serialization } from './serialization.js'

/** One received frame. `body` and binary fields are views of the receive buffer. */
export interface Frame {
  readonly code: number
  readonly language: number
  readonly version: number
  /** Chosen by the requester; the response has the same number. */
  readonly opaque: number
  readonly flag: number
  readonly remark: string | undefined
  readonly serialization: Serialization
  readonly fields: HeaderFields
  readonly body: Buffer
}

export function isResponse(frame: Frame): boolean {
  return (frame.flag & RESPONSE_FLAG) !== 0
}

export function isOneway(frame: Frame): boolean {
  return (frame.flag & ONEWAY_FLAG) !== 0
}

/**
 * Decodes the frame that fills `buffer[start, end)`: `start` is just behind the 4 bytes of frame length.
 *
 *     | header length 3 bytes, its high byte the serialization | header | body |
 *
 * Apache: RemotingCommand.decode.
 */
export function decodeFrame(buffer: Buffer, start: number, end: number): Frame {
  if (end - start < 4)
    throw protocolErrors.FRAME_MALFORMED({ reason: `it has ${end - start} bytes, 4 are the least` })
  const word = buffer.readInt32BE(start)
  const headerBytes = word & 0xffffff
  const serialization = word >>> 24
  const headerStart = start + 4
  const headerEnd = headerStart + headerBytes
  if (headerEnd > end) {
    throw protocolErrors.FRAME_MALFORMED({
      reason: `its header is said to have ${headerBytes} bytes, but only ${end - headerStart} follow`,
    })
  }
  const body = buffer.subarray(headerEnd, end)
  if (serialization === Serialization.ROCKETMQ)
    return decodeBinaryHeader(buffer, headerStart, headerEnd, body)
  if (serialization === Serialization.JSON) return decodeJsonHeader(buffer, headerStart, headerEnd, body)
  throw protocolErrors.FRAME_MALFORMED({
    reason: `its serialization type is ${serialization}, 0 or 1 are known`,
  })
}

/**
 *     | code 2 | language 1 | version 2 | opaque 4 | flag 4 | remark length 4 | remark | fields length 4 | fields |
 *
 * Apache: RocketMQSerializable.rocketMQProtocolDecode.
 */
function decodeBinaryHeader(buffer: Buffer, start: number, end: number, body: Buffer): Frame {
  if (end - start < 21) {
    throw protocolErrors.FRAME_MALFORMED({
      reason: `its binary header has ${end - start} bytes, 21 are the least`,
    })
  }
  const remarkBytes = buffer.readInt32BE(start + 13)
  const remarkEnd = start + 17 + remarkBytes
  if (remarkBytes < 0 || remarkEnd + 4 > end) {
    throw protocolErrors.FRAME_MALFORMED({ reason: `its remark is said to have ${remarkBytes} bytes` })
  }
  const fieldsBytes = buffer.readInt32BE(remarkEnd)
  const fieldsStart = remarkEnd + 4
  if (fieldsBytes < 0 || fieldsStart + fieldsBytes > end) {
    throw protocolErrors.FRAME_MALFORMED({
      reason: `its header fields are said to have ${fieldsBytes} bytes`,
    })
  }
  return {
    code: buffer.readInt16BE(start),
    language: buffer[start + 2]!,
    version: buffer.readInt16BE(start + 3),
    opaque: buffer.readInt32BE(start + 5),
    flag: buffer.readInt32BE(start + 9),
    remark: remarkBytes === 0 ? undefined : buffer.toString('utf8', start + 17, remarkEnd),
    serialization: Serialization.ROCKETMQ,
    fields: { kind: 'binary', buffer, start: fieldsStart, end: fieldsStart + fieldsBytes },
    body,
  }
}

function decodeJsonHeader(buffer: Buffer, start: number, end: number, body: Buffer): Frame {
  let header: Record<string, unknown>
  try {
    header = JSON.parse(buffer.toString('utf8', start, end))
  } catch (error) {
    throw protocolErrors.FRAME_MALFORMED({ reason: 'its JSON header cannot be parsed' }, error)
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw protocolErrors.FRAME_MALFORMED({ reason: 'its JSON header is not an object' })
  }
  const { extFields, language, remark } = header
  return {
    code: integerOf(header, 'code'),
    language: typeof language === 'string' ? languageCode(language) : integerOf(header, 'language'),
    version: integerOf(header, 'version'),
    opaque: integerOf(header, 'opaque'),
    flag: integerOf(header, 'flag'),
    remark: typeof remark === 'string' ? remark : undefined,
    serialization: Serialization.JSON,
    fields: { kind: 'json', fields: (extFields ?? {}) as Record<string, unknown> },
    body,
  }
}

function integerOf(header: Record<string, unknown>, name: string): number {
  const value = header[name] ?? 0
  if (typeof value === 'number' && Number.isInteger(value)) return value
  throw protocolErrors.FRAME_MALFORMED({ reason: `"${name}" in its JSON header is not an integer` })
}
