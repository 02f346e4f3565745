import { crc32 } from '@rocketeer/protocol/record'
import { clientErrors } from '../errors.js'

/**
 * One send in a journal, a message or a batch: what the request to the broker holds, and how its queue is to be chosen.
 *
 *     | magic 4 | payload bytes 4 | index in its file 4 | CRC-32 4, of the two before and the payload | payload |
 *     payload: | head bytes 4 | head: JSON of everything but the body | body |
 *
 * Numbers are big endian. The CRC is zlib's, as in the records of a broker, because Node computes that one natively.
 */
export interface JournalRecord extends JournalHead {
  readonly body: Buffer
}

export interface JournalHead {
  readonly topic: string
  /** As on the wire; of a batch empty. */
  readonly properties: string
  readonly flag: number
  readonly sysFlag: number
  readonly batch: boolean
  /** How many messages it holds: 1 unless it is a batch. */
  readonly messages: number
  /** When the message was sent, in milliseconds since the epoch. */
  readonly bornTimestamp: number
  /** When it came into the journal. */
  readonly journaledAt: number
  /** Whether a broker may have stored it before. */
  readonly perhapsStored: boolean
  /** At most one of the two. */
  readonly orderKey?: string | undefined
  readonly queue?: { readonly brokerName: string; readonly queueId: number } | undefined
  /** Of one that was set aside: why. */
  readonly refusal?: JournalRefusal | undefined
}

/** Why a message was set aside. */
export interface JournalRefusal {
  /** Of the error, for example `BROKER_REFUSED`. */
  readonly code: string
  readonly reason: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** What a file is to take in: a record, and its payload. */
export interface Appended {
  readonly payload: Buffer
  readonly record: JournalRecord
}

/** What is found in the bytes of a file. */
export interface ScannedFile {
  readonly found: readonly FoundRecord[]
  /** Ranges that are no records, with a record behind them, or as long as a record. */
  readonly damage: readonly { position: number; bytes: number }[]
  /** The last bytes when they are the beginning of a record: an append that was not finished, and not acknowledged. */
  readonly tornBytes: number
}

export interface FoundRecord {
  readonly index: number
  readonly position: number
  /** With its header. */
  readonly bytes: number
  readonly record: JournalRecord
}

/** `RJL1` */
const MAGIC = 0x524a4c31
export const RECORD_HEADER_BYTES = 16
/** What a damaged length must not exceed: the longest batch, with room for its head. */
const PAYLOAD_BYTES_MAX = 0x7fffffff

/** The payload of a record; `frameRecord` makes the record of it once its index is known. */
export function encodePayload({ body, ...head }: JournalRecord): Buffer {
  const text = JSON.stringify(head)
  const headBytes = Buffer.byteLength(text)
  const payload = Buffer.allocUnsafe(4 + headBytes + body.length)
  payload.writeUInt32BE(headBytes, 0)
  payload.write(text, 4)
  body.copy(payload, 4 + headBytes)
  return payload
}

/** Writes a record into `target` and returns where it ends. */
export function frameRecord(target: Buffer, start: number, index: number, payload: Buffer): number {
  target.writeUInt32BE(MAGIC, start)
  target.writeUInt32BE(payload.length, start + 4)
  target.writeUInt32BE(index, start + 8)
  payload.copy(target, start + RECORD_HEADER_BYTES)
  const end = start + RECORD_HEADER_BYTES + payload.length
  target.writeUInt32BE(sumOf(target, start, end), start + 12)
  return end
}

/** The record in `bytes`, which are those at `position` of a file. Throws `JOURNAL_DAMAGED`. */
export function decodeRecord(bytes: Buffer, path: string, position: number): JournalRecord {
  const found = recordAt(bytes, 0)
  if (found === undefined || found.bytes !== bytes.length)
    throw clientErrors.JOURNAL_DAMAGED({ path, position, bytes: bytes.length })
  return found.record
}

/** Finds the records in a file; what is damaged is stepped over. */
export function scanFile(bytes: Buffer): ScannedFile {
  const found: FoundRecord[] = []
  const damage: { position: number; bytes: number }[] = []
  let position = 0
  while (position < bytes.length) {
    const record = recordAt(bytes, position)
    if (record !== undefined) {
      found.push(record)
      position += record.bytes
      continue
    }
    const next = nextRecord(bytes, position + 1)
    if (next === undefined) break
    damage.push({ position, bytes: next - position })
    position = next
  }
  const rest = bytes.length - position
  if (rest > 0 && !isTorn(bytes, position)) damage.push({ position, bytes: rest })
  return { found, damage, tornBytes: damage.at(-1)?.position === position ? 0 : rest }
}

function recordAt(bytes: Buffer, position: number): FoundRecord | undefined {
  if (bytes.length - position <= RECORD_HEADER_BYTES || bytes.readUInt32BE(position) !== MAGIC)
    return undefined
  const end = position + RECORD_HEADER_BYTES + bytes.readUInt32BE(position + 4)
  if (end > bytes.length || bytes.readUInt32BE(position + 12) !== sumOf(bytes, position, end))
    return undefined
  const headEnd = position + RECORD_HEADER_BYTES + 4 + bytes.readUInt32BE(position + RECORD_HEADER_BYTES)
  const head = JSON.parse(bytes.toString('utf8', position + RECORD_HEADER_BYTES + 4, headEnd)) as JournalHead
  return {
    index: bytes.readUInt32BE(position + 8),
    position,
    bytes: end - position,
    record: { ...head, body: bytes.subarray(headEnd, end) },
  }
}

/** Where the next whole record begins. */
function nextRecord(bytes: Buffer, from: number): number | undefined {
  const magic = Buffer.alloc(4)
  magic.writeUInt32BE(MAGIC)
  for (let at = bytes.indexOf(magic, from); at >= 0; at = bytes.indexOf(magic, at + 1))
    if (recordAt(bytes, at) !== undefined) return at
  return undefined
}

/** Whether an append can have left this at the end of a file when it was cut off. */
function isTorn(bytes: Buffer, position: number): boolean {
  const rest = bytes.subarray(position)
  if (rest.every((byte) => byte === 0)) return true
  const magic = Buffer.alloc(4)
  magic.writeUInt32BE(MAGIC)
  if (rest.length < RECORD_HEADER_BYTES) return rest.subarray(0, 4).equals(magic.subarray(0, rest.length))
  const payloadBytes = rest.readUInt32BE(4)
  return (
    rest.readUInt32BE(0) === MAGIC &&
    payloadBytes <= PAYLOAD_BYTES_MAX &&
    RECORD_HEADER_BYTES + payloadBytes > rest.length
  )
}

/** Without the magic and the sum itself. */
function sumOf(bytes: Buffer, start: number, end: number): number {
  const sum = crc32(bytes.subarray(start + 4, start + 12))
  return crc32(bytes.subarray(start + RECORD_HEADER_BYTES, end), sum)
}
