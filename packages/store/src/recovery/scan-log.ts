import { type MessageRecord, RECORD_MAGIC_V1 } from '@rocketeer/protocol/record'
import type { Damage } from '../commit-log/damage.js'
import type { LogFiles } from '../commit-log/log-files.js'
import { isBlankRecord, isRecordAt, validRecord } from '../commit-log/record-check.js'

const WINDOW_BYTES = 4 * 1024 * 1024

export interface ScanResult {
  /** End of the last valid record: the log continues here. */
  end: number
  damage: Damage[]
}

/**
 * Walks the log from `from` (the start of a record or of a file) and calls `onRecord` for every valid record. Bytes
 * that are none end the walk, unless valid records follow somewhere behind them: then the damage is reported and the walk
 * goes on. A record counts only where its own physical offset says it stands, and behind damage only if it is not older
 * than what came before it: Apache leaves records that it cut off lying around.
 */
export async function scanLog(
  files: LogFiles,
  from: number,
  options: { searchBehindDamage: boolean },
  onRecord: (record: MessageRecord) => Promise<void> | undefined,
): Promise<ScanResult> {
  const window = new Window(files)
  const damage: Damage[] = []
  let position = from
  let end = from
  let lastTimestamp = 0
  while (files.holds(position)) {
    const record = await window.recordAt(position)
    if (record) {
      const busy = onRecord(record)
      if (busy) await busy
      lastTimestamp = record.storeTimestamp
      position += record.totalSize
      end = position
      continue
    }
    if (await window.isBlankAt(position)) {
      const next = files.baseOf(position) + files.fileBytes
      if (!files.holds(next)) return { end: next, damage }
      // The next file may be prepared and empty: the log ends at its start then.
      position = next
      end = next
      continue
    }
    if (!options.searchBehindDamage) break
    const found = await findRecord(window, files, position + 1, lastTimestamp)
    if (found === undefined) break
    damage.push({ start: position, end: found })
    position = found
  }
  return { end, damage }
}

/** The first valid record at or behind `from` that is not older than `notBefore`. */
async function findRecord(
  window: Window,
  files: LogFiles,
  from: number,
  notBefore: number,
): Promise<number | undefined> {
  let position = from
  while (files.holds(position)) {
    const base = files.baseOf(position)
    // Nothing was ever written to a file without a block on disk.
    if (files.allocatedBytes(base) === 0) {
      position = base + files.fileBytes
      continue
    }
    const candidate = await window.nextCandidate(position)
    if (candidate === undefined) {
      position = base + files.fileBytes
      continue
    }
    const record = await window.recordAt(candidate)
    if (record && record.storeTimestamp >= notBefore) return candidate
    position = candidate + 1
  }
  return undefined
}

/**
 * The checksum covers the body only, and what is torn reads as zeros: a topic that could be none, or a zero in the
 * properties, shows a record whose end is missing. (A topic also names a directory.)
 */
function isPlausible({ topic, properties }: MessageRecord): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  return /^[^\u0000-\u0020/\\]+$/.test(topic) && !/^\.+$/.test(topic) && !properties.includes('\u0000')
}

/** The first three bytes both record magics share; they stand four bytes into a record. */
const MAGIC_START = (() => {
  const magic = Buffer.alloc(4)
  magic.writeInt32BE(RECORD_MAGIC_V1)
  return magic.subarray(0, 3)
})()
const MAGIC_POSITION = 4

/** A piece of the log in memory that moves along with whoever reads it. Never spans two files. */
class Window {
  readonly #files: LogFiles
  #buffer = Buffer.alloc(0)
  #start = 0

  constructor(files: LogFiles) {
    this.#files = files
  }

  async recordAt(offset: number): Promise<MessageRecord | undefined> {
    if (!(await this.#cover(offset, 64))) return undefined
    if (!isRecordAt(this.#buffer, offset - this.#start, offset)) return undefined
    const bytes = this.#buffer.readInt32BE(offset - this.#start)
    const end = offset + bytes
    if (bytes <= 0 || end > this.#fileEnd(offset) || !(await this.#cover(offset, bytes))) return undefined
    const record = validRecord(this.#buffer, offset - this.#start, offset)
    return record && isPlausible(record) ? record : undefined
  }

  async isBlankAt(offset: number): Promise<boolean> {
    return (await this.#cover(offset, 8)) && isBlankRecord(this.#buffer, offset - this.#start)
  }

  /** Where a record might start, judged by its magic, in the same file. */
  async nextCandidate(from: number): Promise<number | undefined> {
    const fileEnd = this.#fileEnd(from)
    for (let offset = from; offset + 8 <= fileEnd; ) {
      if (!(await this.#cover(offset, 8))) return undefined
      const found = this.#buffer.indexOf(MAGIC_START, offset - this.#start + MAGIC_POSITION)
      if (found >= 0) return this.#start + found - MAGIC_POSITION
      // The magic may begin in the last bytes of this window.
      offset = Math.max(offset + 1, this.#start + this.#buffer.length - 6)
    }
    return undefined
  }

  #fileEnd(offset: number): number {
    return this.#files.baseOf(offset) + this.#files.fileBytes
  }

  /** The window grows where a record is longer. */
  async #cover(offset: number, bytes: number): Promise<boolean> {
    if (offset >= this.#start && offset + bytes <= this.#start + this.#buffer.length) return true
    const buffer = Buffer.allocUnsafe(Math.max(bytes, WINDOW_BYTES))
    const read = await this.#files.read(offset, buffer, 0, buffer.length)
    this.#buffer = buffer.subarray(0, read)
    this.#start = offset
    return read >= bytes
  }
}
