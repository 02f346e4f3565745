import { type FileSystem, readReplaced } from '@rocketeer/files'
import { isRocketeerError } from '@rocketeer/foundation'
import { readInt64, writeInt64 } from '@rocketeer/protocol'
import { crc32 } from '@rocketeer/protocol/record'

/** Which messages of the timer topic were delivered or left out, and which wait. */
export interface TimerProgress {
  /** Queue offset behind the last message that was known. */
  readonly queueOffset: number
  /** Of those below `queueOffset`, the ones whose time comes before this moment are done … */
  readonly wakeAt: number
  /** … and so are those of this very moment below this queue offset; all others wait. */
  readonly wakeOffset: number
  /** No message below this queue offset waits: a start begins to read here. */
  readonly firstOffset: number
}

/**
 * Layout, a page as Apache's, followed by a part of our own. Apache: TimerCheckpoint.
 *
 *     | 0 last read time 8 | 8 timer log position 8 | 16 queue offset 8 | 24 master's queue offset 8 | 32 data version 24 |
 *     | 1024 crc 4 | 1028 magic 4 | 1032 copy of 0–31 32 | 1064 queue offset 8 | wake at 8 | wake offset 8 | first offset 8 |
 *
 * Apache's fields are what an Apache broker needs to carry on without losing a message. When their copy differs, one
 * has worked on the directory since, and its fields are the newer ones.
 */
const FILE_BYTES = 4096
const APACHE_BYTES = 56
const APACHE_FIELDS_BYTES = 32
const CRC = 1024
const MAGIC_POSITION = 1028
const MAGIC = 0x524b_5431
const COPY = 1032
const OWN = 1064
const END = 1096

export function encodeTimerCheckpoint(progress: TimerProgress, now: number): Buffer {
  const page = Buffer.alloc(FILE_BYTES)
  const fields = apacheFields(progress, now)
  fields.copy(page, 0)
  page.writeUInt32BE(MAGIC, MAGIC_POSITION)
  fields.copy(page, COPY, 0, APACHE_FIELDS_BYTES)
  const { queueOffset, wakeAt, wakeOffset, firstOffset } = progress
  for (const [index, value] of [queueOffset, wakeAt, wakeOffset, firstOffset].entries())
    page.writeDoubleBE(value, OWN + index * 8)
  page.writeUInt32BE(crc32(page.subarray(MAGIC_POSITION, END)) >>> 0, CRC)
  return page
}

/** The fields Apache's brokers exchange, also the answer to GET_TIMER_CHECK_POINT. Apache: TimerCheckpoint.encode. */
export function apacheFields({ wakeAt, firstOffset, queueOffset }: TimerProgress, now: number): Buffer {
  const fields = Buffer.alloc(APACHE_BYTES)
  const readTime = Math.floor(Math.min(wakeAt, now) / 1000) * 1000
  const enqueued = Math.min(firstOffset, queueOffset)
  writeInt64(fields, 0, readTime)
  writeInt64(fields, 16, enqueued)
  writeInt64(fields, 24, enqueued)
  return fields
}

/** Undefined when the page holds the progress of neither broker. */
export function decodeTimerCheckpoint(page: Buffer): TimerProgress | undefined {
  return ownProgress(page) ?? apacheProgress(page)
}

function ownProgress(page: Buffer): TimerProgress | undefined {
  if (page.length < END || page.readUInt32BE(MAGIC_POSITION) !== MAGIC) return undefined
  if (page.readUInt32BE(CRC) !== crc32(page.subarray(MAGIC_POSITION, END)) >>> 0) return undefined
  if (page.compare(page, 0, APACHE_FIELDS_BYTES, COPY, COPY + APACHE_FIELDS_BYTES) !== 0) return undefined
  const [queueOffset, wakeAt, wakeOffset, firstOffset] = [0, 8, 16, 24].map((at) =>
    page.readDoubleBE(OWN + at),
  )
  return { queueOffset: queueOffset!, wakeAt: wakeAt!, wakeOffset: wakeOffset!, firstOffset: firstOffset! }
}

function apacheProgress(page: Buffer): TimerProgress | undefined {
  if (page.length < APACHE_BYTES) return undefined
  const readTime = readInt64(page, 0)
  const queueOffset = readInt64(page, 16)
  if (readTime <= 0) return undefined
  // Slots before the read time are done: messages due up to and including it. The queue is read from its beginning.
  return { queueOffset, wakeAt: readTime + 1, wakeOffset: 0, firstOffset: 0 }
}

/** Undefined when the file is missing, empty or holds no progress. */
export async function readTimerCheckpoint(
  files: FileSystem,
  path: string,
): Promise<TimerProgress | undefined> {
  const decode = (page: Buffer) => ({ progress: decodeTimerCheckpoint(page) })
  try {
    return (await readReplaced(files, { path, decode })).content?.progress
  } catch (error) {
    if (isRocketeerError(error, 'FILE_BROKEN')) return undefined
    throw error
  }
}
