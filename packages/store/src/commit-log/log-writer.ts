import type { DiskFile } from '@rocketeer/files'
import { assert } from '@rocketeer/foundation'
import { BLANK_MAGIC } from '@rocketeer/protocol/record'
import type { LogFiles } from './log-files.js'
import type { LogFlusher } from './log-flusher.js'
import type { LogTail } from './log-tail.js'

/** Every file ends with a blank record: its length and magic. Apache: END_FILE_MIN_BLANK_LENGTH. */
export const BLANK_BYTES = 8

interface LogWriterNeeds {
  readonly files: LogFiles
  readonly tail: LogTail
  readonly flusher: LogFlusher
  /** Where the log ends. */
  readonly end: number
}

/**
 * The end of the log, as bytes: they are put behind each other in memory (the tail) and brought to the file with one
 * write. What they mean is none of its business.
 */
export class LogWriter {
  readonly #files: LogFiles
  readonly #tail: LogTail
  readonly #flusher: LogFlusher
  /** Where the next byte goes. */
  #end: number
  /** Up to here the files hold the log. */
  #written: number
  /** End of the file that takes bytes now. */
  #fileEnd: number
  #active: DiskFile | undefined

  constructor({ files, tail, flusher, end }: LogWriterNeeds) {
    this.#files = files
    this.#tail = tail
    this.#flusher = flusher
    this.#end = end
    this.#written = end
    this.#fileEnd = files.baseOf(end) + files.fileBytes
  }

  get end(): number {
    return this.#end
  }

  get writtenEnd(): number {
    return this.#written
  }

  /** Bytes between the end of the log and the end of its file. */
  get bytesLeftInFile(): number {
    return this.#fileEnd - this.#end
  }

  /** True when the current chunk of the tail takes `bytes` more. */
  hasRoom(bytes: number): boolean {
    return this.#tail.fits(this.#end, bytes)
  }

  /** Makes room in memory for `bytes`. Everything before must be written. */
  makeRoom(bytes: number): void {
    assert(this.#written === this.#end, 'what leaves the current chunk is written')
    this.#tail.advance(this.#end, bytes)
  }

  /** The chunk of the tail whose bytes from `used` on come next. */
  get chunk(): { readonly buffer: Buffer; readonly used: number } {
    return this.#tail.current
  }

  /** Makes the next `bytes` bytes of the chunk part of the log. */
  accept(bytes: number): void {
    assert(bytes > 0 && bytes <= this.#fileEnd - this.#end, 'what is accepted stays within its file')
    this.#tail.current.used += bytes
    this.#end += bytes
  }

  /** Writes what is only in memory. Throws what the file system says; the log is as before then. */
  write(): void {
    this.#write(0)
  }

  /** Writes what is only in memory, ends the file with a blank record, and begins the next one. Throws like `write`. */
  rollFile(): void {
    const { buffer, used } = this.#tail.current
    assert(this.bytesLeftInFile >= BLANK_BYTES, 'a file has room for its blank record')
    buffer.writeInt32BE(this.bytesLeftInFile, used)
    buffer.writeInt32BE(BLANK_MAGIC, used + 4)
    this.#write(BLANK_BYTES)
    this.#end = this.#fileEnd
    this.#written = this.#fileEnd
    this.#flusher.wrote(this.#file(), this.#written)
    this.#leaveFile()
  }

  /** Leaves a file that is full to its last byte. */
  leaveFullFile(): void {
    if (this.bytesLeftInFile === 0) this.#leaveFile()
  }

  /** Takes what is not written out of the log. */
  dropUnwritten(): void {
    if (this.#end > this.#written) this.#tail.current.used -= this.#end - this.#written
    this.#end = this.#written
  }

  /** Makes the file read as zeros behind what is written, whatever a failed write left there. */
  async clearBehind(): Promise<void> {
    await this.#active?.truncate(this.#positionOf(this.#written))
    await this.#active?.truncate(this.#files.fileBytes)
  }

  /** Makes `end` the end of the log, durably. Everything before must be written and flushed. */
  async truncate(end: number): Promise<void> {
    assert(end <= this.#written && this.#written === this.#end, 'only a log that is written is cut')
    await this.#active?.close()
    await this.#files.truncate(end)
    this.#tail.truncate(end)
    this.#moveTo(end)
  }

  /** Lets a log without files begin at `offset`, the start of a file. */
  beginAt(offset: number): void {
    assert(
      this.#files.bases.length === 0 && offset % this.#files.fileBytes === 0,
      'an empty log begins a file',
    )
    this.#moveTo(offset)
  }

  async close(): Promise<void> {
    await this.#active?.close()
  }

  #moveTo(end: number): void {
    this.#active = undefined
    this.#end = end
    this.#written = end
    this.#fileEnd = this.#files.baseOf(end) + this.#files.fileBytes
    this.#flusher.reset(end)
  }

  #write(extraBytes: number): void {
    const bytes = this.#end - this.#written + extraBytes
    if (bytes === 0) return
    const chunk = this.#tail.current
    assert(chunk.start <= this.#written, 'what is not written lies in the current chunk')
    const file = this.#file()
    file.writeSync(chunk.buffer, this.#written - chunk.start, bytes, this.#positionOf(this.#written))
    this.#written = this.#end
    this.#flusher.wrote(file, this.#written)
  }

  #leaveFile(): void {
    this.#fileEnd += this.#files.fileBytes
    this.#flusher.retire(this.#file())
    this.#active = undefined
  }

  #file(): DiskFile {
    if (!this.#active) {
      this.#active = this.#files.openForAppend(this.#written)
      this.#files.prepareNext()
    }
    return this.#active
  }

  #positionOf(offset: number): number {
    return offset - this.#fileEnd + this.#files.fileBytes
  }
}
