import { readInt64, writeInt64 } from '../java/int64.js'
import { crc32 } from '../record/crc32.js'

/**
 * How far a broker has worked off the timer topic. Of the messages below `queueOffset` those are finished, delivered or
 * left out, that are due before `wakeAt`, and of those due at `wakeAt` the ones below `wakeOffset`; all others wait.
 */
export interface TimerCheckpoint {
  /** Queue offset behind the last message that is known. */
  readonly queueOffset: number
  /** Milliseconds since the epoch; `Infinity` when no message waits. */
  readonly wakeAt: number
  readonly wakeOffset: number
  /** No message below this queue offset waits: a start reads from here on. */
  readonly firstOffset: number
}

/**
 * The file `config/timercheck`: a page whose beginning is Apache's, followed by a part of our own. Apache: TimerCheckpoint.
 *
 *     | 0 last read time 8 | 8 timer log position 8 | 16 queue offset 8 | 24 master's queue offset 8 | 32 data version 24 |
 *     | 1024 crc 4 | 1028 magic 4 | 1032 copy of 0–31 32 | 1064 queue offset 8 | wake at 8 | wake offset 8 | first offset 8 |
 *
 * Apache's fields are what an Apache broker needs to carry on without losing a message. When they differ from their copy,
 * an Apache broker has worked on the directory since, and its fields are the newer ones.
 */
export const TimerCheckpoint = { encode, encodeApacheFields, decode }

const FILE_BYTES = 4096
const APACHE_BYTES = 56
const APACHE_FIELDS_BYTES = 32
const CRC = 1024
const MAGIC_POSITION = 1028
const MAGIC = 0x524b_5431
const COPY = 1032
const OWN = 1064
const END = 1096

/** The page; `now` in milliseconds since the epoch. */
function encode(checkpoint: TimerCheckpoint, now: number): Buffer {
  const page = Buffer.alloc(FILE_BYTES)
  const fields = encodeApacheFields(checkpoint, now)
  fields.copy(page, 0)
  page.writeUInt32BE(MAGIC, MAGIC_POSITION)
  fields.copy(page, COPY, 0, APACHE_FIELDS_BYTES)
  const { queueOffset, wakeAt, wakeOffset, firstOffset } = checkpoint
  for (const [index, value] of [queueOffset, wakeAt, wakeOffset, firstOffset].entries())
    page.writeDoubleBE(value, OWN + index * 8)
  page.writeUInt32BE(crc32(page.subarray(MAGIC_POSITION, END)) >>> 0, CRC)
  return page
}

/** The fields Apache's brokers exchange: the body of a response to GET_TIMER_CHECK_POINT. Apache: TimerCheckpoint.encode. */
function encodeApacheFields({ wakeAt, firstOffset, queueOffset }: TimerCheckpoint, now: number): Buffer {
  const fields = Buffer.alloc(APACHE_BYTES)
  const readTime = Math.floor(Math.min(wakeAt, now) / 1000) * 1000
  const enqueued = Math.min(firstOffset, queueOffset)
  writeInt64(fields, 0, readTime)
  writeInt64(fields, 16, enqueued)
  writeInt64(fields, 24, enqueued)
  return fields
}

/** Undefined when the page holds a checkpoint of neither kind of broker. */
function decode(page: Buffer): TimerCheckpoint | undefined {
  return decodeOwn(page) ?? decodeApache(page)
}

function decodeOwn(page: Buffer): TimerCheckpoint | undefined {
  if (page.length < END || page.readUInt32BE(MAGIC_POSITION) !== MAGIC) return undefined
  if (page.readUInt32BE(CRC) !== crc32(page.subarray(MAGIC_POSITION, END)) >>> 0) return undefined
  if (page.compare(page, 0, APACHE_FIELDS_BYTES, COPY, COPY + APACHE_FIELDS_BYTES) !== 0) return undefined
  const [queueOffset, wakeAt, wakeOffset, firstOffset] = [0, 8, 16, 24].map((at) =>
    page.readDoubleBE(OWN + at),
  )
  return { queueOffset: queueOffset!, wakeAt: wakeAt!, wakeOffset: wakeOffset!, firstOffset: firstOffset! }
}

function decodeApache(page: Buffer): TimerCheckpoint | undefined {
  if (page.length < APACHE_BYTES) return undefined
  const readTime = readInt64(page, 0)
  const queueOffset = readInt64(page, 16)
  if (readTime <= 0) return undefined
  // Slots before the read time are done: messages due up to and including it. The queue is read from its beginning.
  return { queueOffset, wakeAt: readTime + 1, wakeOffset: 0, firstOffset: 0 }
}
