import { RECORD_HEAD_BYTES, RecordPosition, recordStoreTimestamp } from '@rocketeer/protocol/record'
import type { LogFiles } from './log-files.js'
import type { LogTail } from './log-tail.js'
import { isRecordAt, validRecord } from './record-check.js'

const BLOCK_BYTES = 256 * 1024
/** 8 MiB: enough for a handful of consumers far behind. */
const BLOCKS_MAX = 32
/** Enough to hide that a thread is not always free at once. */
const BLOCKS_AHEAD = 4

interface Block {
  buffer: Buffer
  /** Bytes of it that held the log when it was read. */
  bytes: number
  /** Read before anybody asked for it, and not asked for since. */
  ahead: boolean
}

/**
 * Reads the commit log: its end from memory, the rest from disk in blocks that are kept for the next reader, some
 * ahead of whoever reads on. Callers get copies and ask only for what the log holds.
 */
export class LogReader {
  readonly #files: LogFiles
  readonly #tail: LogTail
  readonly #end: () => number
  /** In the order of use. */
  readonly #blocks = new Map<number, Block>()
  readonly #loading = new Map<number, Promise<Block>>()
  /** How often the end of the log was cut: what was being read then is not kept. */
  #cuts = 0
  /** Memory of blocks that were dropped: fresh memory costs more than the read that fills it. */
  readonly #spare: Buffer[] = []

  constructor(files: LogFiles, tail: LogTail, end: () => number) {
    this.#files = files
    this.#tail = tail
    this.#end = end
  }

  /** First log offset that never left memory. */
  get memoryStart(): number {
    return this.#tail.start
  }

  /** Copies a record when it is in memory. */
  copy(offset: number, bytes: number, target: Buffer, targetStart: number): boolean {
    if (offset >= this.#tail.start) return this.#tail.copy(offset, bytes, target, targetStart)
    for (let done = 0; done < bytes; ) {
      const block = this.#known(this.#blockOf(offset + done), offset + bytes)
      if (!block) return false
      const copied = this.#copyFrom(block, offset + done, bytes - done, target, targetStart + done)
      // The log ends within it.
      if (copied === 0) return false
      done += copied
    }
    return true
  }

  /** Copies any stretch of the log; returns the bytes copied, fewer when the log ends or a file is gone. */
  async read(offset: number, bytes: number, target: Buffer, targetStart: number): Promise<number> {
    if (offset >= this.#tail.start && this.#tail.copy(offset, bytes, target, targetStart)) return bytes
    let done = 0
    while (done < bytes) {
      const index = this.#blockOf(offset + done)
      let block = this.#known(index, offset + bytes)
      if (!block) {
        block = await this.#load(index, false)
        // Another read may have taken its memory already.
        if (this.#blocks.get(index) !== block) continue
      }
      const copied = this.#copyFrom(block, offset + done, bytes - done, target, targetStart + done)
      if (copied === 0) break
      done += copied
    }
    return done
  }

  /** The record of at most `bytesMax` that starts at `physicalOffset`, checked; undefined when none does. */
  async record(physicalOffset: number, bytesMax: number): Promise<Buffer | undefined> {
    const head = Buffer.alloc(RecordPosition.SYS_FLAG)
    const headBytes = await this.read(physicalOffset, head.length, head, 0)
    if (headBytes < head.length || !isRecordAt(head, 0, physicalOffset)) return undefined
    const bytes = head.readInt32BE(0)
    if (bytes < head.length || bytes > bytesMax) return undefined
    const record = Buffer.alloc(bytes)
    if ((await this.read(physicalOffset, bytes, record, 0)) < bytes) return undefined
    return validRecord(record, 0, physicalOffset) && record
  }

  /** When the record that starts at `physicalOffset` was stored; -1 when none does. */
  async storeTimestamp(physicalOffset: number): Promise<number> {
    const head = Buffer.alloc(RECORD_HEAD_BYTES)
    await this.read(physicalOffset, head.length, head, 0)
    return isRecordAt(head, 0, physicalOffset) ? recordStoreTimestamp(head, 0) : -1
  }

  /** Drops what lies before `minOffset`: its files are gone. */
  forgetBefore(minOffset: number): void {
    for (const index of this.#blocks.keys()) {
      if ((index + 1) * BLOCK_BYTES <= minOffset) this.#drop(index)
    }
  }

  /** Drops what lies at `end` or behind it: the log was cut there. */
  forgetFrom(end: number): void {
    this.#cuts++
    for (const index of this.#blocks.keys()) {
      if ((index + 1) * BLOCK_BYTES > end) this.#drop(index)
    }
  }

  #blockOf(offset: number): number {
    return Math.floor(offset / BLOCK_BYTES)
  }

  /** A block from memory, unless the part of it that is wanted was written after it was read. */
  #known(index: number, wantedEnd: number): Block | undefined {
    const block = this.#blocks.get(index)
    if (!block) return undefined
    if (block.bytes < Math.min(BLOCK_BYTES, wantedEnd - index * BLOCK_BYTES)) {
      this.#drop(index)
      return undefined
    }
    if (block.ahead) {
      block.ahead = false
      this.#loadAhead(index)
    }
    return block
  }

  #drop(index: number): void {
    const block = this.#blocks.get(index)
    if (!block) return
    this.#blocks.delete(index)
    if (this.#spare.length < BLOCKS_MAX) this.#spare.push(block.buffer)
  }

  #copyFrom(block: Block, offset: number, bytes: number, target: Buffer, targetStart: number): number {
    const from = offset % BLOCK_BYTES
    if (from >= block.bytes) return 0
    return block.buffer.copy(target, targetStart, from, Math.min(block.bytes, from + bytes))
  }

  async #load(index: number, ahead: boolean): Promise<Block> {
    const running = this.#loading.get(index)
    if (running) return running
    const loading = this.#readBlock(index, ahead).finally(() => this.#loading.delete(index))
    this.#loading.set(index, loading)
    const block = await loading
    if (!ahead && this.#blocks.has(index - 1)) this.#loadAhead(index)
    return block
  }

  /** The blocks behind one that a reader came to. What is read ahead reads nothing ahead: a chain would run away. */
  #loadAhead(index: number): void {
    for (let next = index + 1; next <= index + BLOCKS_AHEAD; next++) {
      const end = (next + 1) * BLOCK_BYTES
      if (end > this.#tail.start || end > this.#end()) return
      // A failed read-ahead is met again by the read that needs the block.
      if (!this.#blocks.has(next) && !this.#loading.has(next)) this.#load(next, true).catch(() => {})
    }
  }

  async #readBlock(index: number, ahead: boolean): Promise<Block> {
    const cuts = this.#cuts
    const start = index * BLOCK_BYTES
    const bytes = Math.max(0, Math.min(BLOCK_BYTES, this.#end() - start))
    while (this.#blocks.size >= BLOCKS_MAX) this.#drop(this.#blocks.keys().next().value!)
    const buffer = this.#spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES)
    // Files may be smaller than blocks: the beginning of this one may be deleted.
    let done = Math.max(0, Math.min(bytes, this.#files.minOffset - start))
    while (done < bytes) {
      const read = await this.#files.read(start + done, buffer, done, bytes - done)
      if (read === 0) break
      done += read
    }
    const block = { buffer, bytes: done, ahead }
    if (cuts !== this.#cuts) return block
    this.#drop(index)
    this.#blocks.set(index, block)
    return block
  }
}
