import { assert } from '@rocketeer/foundation'
import { LanguageCode, languageName } from '../codes/language-code.js'
import { PROTOCOL_VERSION } from '../codes/version.js'
import type { FieldTable, FieldValues } from '../command/field.js'
import type { FieldCodec } from '../command/field-codec.js'
import type { FrameWriter } from './frame-writer.js'
import { Serialization } from './serialization.js'

/** The parts of a frame besides its header fields and body. */
export interface FrameHead {
  readonly code: number
  readonly opaque: number
  readonly flag: number
  readonly remark?: string | undefined
  readonly serialization: Serialization
}

type Body = Buffer | readonly Buffer[] | undefined

/**
 * A binary header has 16 bits for the code; the codes of POP_MESSAGE and its kin are larger and travel with JSON
 * headers.
 */
const BINARY_CODE_MAX = 0x7fff

/** Appends one whole frame to `writer`. Fields whose value is `undefined` are left out. */
export function encodeFrame<Table extends FieldTable>(
  writer: FrameWriter,
  head: FrameHead,
  codec: FieldCodec<Table> | undefined,
  values: FieldValues<Table> | undefined,
  body?: Body,
): void {
  const bodyBytes = byteLengthOf(body)
  if (head.serialization === Serialization.ROCKETMQ && head.code <= BINARY_CODE_MAX)
    encodeBinary(writer, head, codec, values, bodyBytes)
  else encodeJson(writer, head, codec, values, bodyBytes)
  if (body === undefined) return
  if (Buffer.isBuffer(body)) writer.append(body)
  else for (const part of body as readonly Buffer[]) writer.append(part)
}

function byteLengthOf(body: Body): number {
  if (body === undefined) return 0
  if (Buffer.isBuffer(body)) return body.length
  let bytes = 0
  for (const part of body as readonly Buffer[]) bytes += part.length
  return bytes
}

function encodeJson<Table extends FieldTable>(
  writer: FrameWriter,
  head: FrameHead,
  codec: FieldCodec<Table> | undefined,
  values: FieldValues<Table> | undefined,
  bodyBytes: number,
): void {
  const extFields: Record<string, string> = {}
  if (codec && values) {
    for (const plan of codec.plans) {
      const value = (values as Record<string, unknown>)[plan.name]
      if (value !== undefined) extFields[plan.wireName] = String(value)
    }
  }
  const header = JSON.stringify({
    code: head.code,
    extFields,
    flag: head.flag,
    language: languageName(LanguageCode.NODE_JS),
    opaque: head.opaque,
    remark: head.remark,
    serializeTypeCurrentRPC: 'JSON',
    version: PROTOCOL_VERSION,
  })
  // A UTF-16 unit takes at most 3 bytes of UTF-8, so one reservation is enough without measuring first.
  const buffer = writer.reserve(8 + header.length * 3)
  const start = writer.position
  const headerBytes = buffer.write(header, start + 8)
  writeLengths(buffer, start, headerBytes, bodyBytes, Serialization.JSON)
  writer.advance(8 + headerBytes)
}

function encodeBinary<Table extends FieldTable>(
  writer: FrameWriter,
  head: FrameHead,
  codec: FieldCodec<Table> | undefined,
  values: FieldValues<Table> | undefined,
  bodyBytes: number,
): void {
  const buffer = writer.reserve(binaryBytesMax(head, codec, values))
  const start = writer.position
  let position = start + 8
  buffer.writeInt16BE(head.code, position)
  buffer[position + 2] = LanguageCode.NODE_JS
  buffer.writeInt16BE(PROTOCOL_VERSION, position + 3)
  buffer.writeInt32BE(head.opaque, position + 5)
  buffer.writeInt32BE(head.flag, position + 9)
  const remarkBytes = head.remark ? buffer.write(head.remark, position + 17) : 0
  buffer.writeInt32BE(remarkBytes, position + 13)
  position += 17 + remarkBytes
  const fieldsStart = position + 4
  const fieldsEnd = codec && values ? writeFields(buffer, fieldsStart, codec, values) : fieldsStart
  buffer.writeInt32BE(fieldsEnd - fieldsStart, position)
  writeLengths(buffer, start, fieldsEnd - start - 8, bodyBytes, Serialization.ROCKETMQ)
  writer.advance(fieldsEnd - start)
}

function writeFields<Table extends FieldTable>(
  buffer: Buffer,
  start: number,
  codec: FieldCodec<Table>,
  values: FieldValues<Table>,
): number {
  let position = start
  for (const plan of codec.plans) {
    const value = (values as Record<string, unknown>)[plan.name]
    if (value === undefined) continue
    buffer.writeUInt16BE(plan.key.length, position)
    for (let i = 0; i < plan.key.length; i++) buffer[position + 2 + i] = plan.key[i]!
    const lengthAt = position + 2 + plan.key.length
    const valueBytes = writeText(buffer, lengthAt + 4, typeof value === 'string' ? value : String(value))
    buffer.writeInt32BE(valueBytes, lengthAt)
    position = lengthAt + 4 + valueBytes
  }
  return position
}

/** Most texts are short ASCII, for which a loop is faster than a call into native code. Returns the bytes written. */
function writeText(buffer: Buffer, position: number, text: string): number {
  if (text.length > 48) return buffer.write(text, position)
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 127) return buffer.write(text, position)
    buffer[position + i] = unit
  }
  return text.length
}

function binaryBytesMax<Table extends FieldTable>(
  head: FrameHead,
  codec: FieldCodec<Table> | undefined,
  values: FieldValues<Table> | undefined,
): number {
  let bytes = 8 + 21 + (head.remark?.length ?? 0) * 3
  if (!codec || !values) return bytes
  for (const plan of codec.plans) {
    const value = (values as Record<string, unknown>)[plan.name]
    bytes += 6 + plan.key.length + (typeof value === 'string' ? value.length * 3 : 24)
  }
  return bytes
}

function writeLengths(
  buffer: Buffer,
  start: number,
  headerBytes: number,
  bodyBytes: number,
  serialization: Serialization,
): void {
  assert(headerBytes <= 0xffffff, `a header has at most ${0xffffff} bytes, this one has ${headerBytes}`)
  buffer.writeInt32BE(4 + headerBytes + bodyBytes, start)
  buffer.writeInt32BE((serialization << 24) | headerBytes, start + 4)
}
