import { readFileSync } from 'node:fs'
import { FaultyFileSystem } from '@rocketeer/faulty-files'
import { nodeFileSystem } from '@rocketeer/files'
import { AssertionFailed, ManualClock } from '@rocketeer/foundation'
import { BLANK_MAGIC } from '@rocketeer/protocol/record'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LogBook, StoreFixture } from '../testing/store-fixture.js'
import { LogFiles } from './log-files.js'
import { LogFlusher } from './log-flusher.js'
import { LogTail } from './log-tail.js'
import { LogWriter } from './log-writer.js'

const FILE_BYTES = 4096

describe('LogWriter', () => {
  let fixture: StoreFixture
  let disk: FaultyFileSystem
  let files: LogFiles
  let flusher: LogFlusher
  let writer: LogWriter

  beforeEach(async () => {
    fixture = new StoreFixture()
    disk = new FaultyFileSystem(nodeFileSystem)
    files = await LogFiles.open({
      files: disk,
      directory: fixture.path('commitlog'),
      fileBytes: FILE_BYTES,
      logger: new LogBook(),
    })
    flusher = new LogFlusher({
      clock: new ManualClock(0),
      intervalMs: 500,
      flushed: 0,
      syncNames: () => files.syncNames(),
      onFlushed: () => {},
      onFailed: () => {},
    })
    writer = new LogWriter({ files, tail: new LogTail(64 * 1024), flusher, end: 0 })
  })
  afterEach(async () => {
    await flusher.flushTo(writer.writtenEnd)
    await flusher.close()
    await writer.close()
    await files.close()
    await fixture[Symbol.asyncDispose]()
  })

  /** Puts `text` at the end of the log, in memory. */
  function put(text: string): void {
    if (!writer.hasRoom(text.length)) {
      writer.write()
      writer.makeRoom(text.length)
    }
    writer.chunk.buffer.write(text, writer.chunk.used)
    writer.accept(text.length)
  }

  const onDisk = (base: number) => readFileSync(fixture.path('commitlog', String(base).padStart(20, '0')))
  const textAt = (offset: number, bytes: number) =>
    onDisk(files.baseOf(offset)).toString('utf8', offset % FILE_BYTES, (offset % FILE_BYTES) + bytes)

  it('writes what was put into memory with one write, and says so to the flusher', () => {
    put('first')
    put('second')
    expect(writer).toMatchObject({ end: 11, writtenEnd: 0, bytesLeftInFile: FILE_BYTES - 11 })
    writer.write()
    expect(writer.writtenEnd).toBe(11)
    expect(flusher.writtenOffset).toBe(11)
    expect(textAt(0, 12)).toBe('firstsecond\0')
  })

  it('ends a file with a blank record and goes on in the next one', () => {
    put('end')
    writer.rollFile()
    expect(writer).toMatchObject({ end: FILE_BYTES, writtenEnd: FILE_BYTES, bytesLeftInFile: FILE_BYTES })
    expect(onDisk(0).readInt32BE(3)).toBe(FILE_BYTES - 3)
    expect(onDisk(0).readInt32BE(7)).toBe(BLANK_MAGIC)
    put('next')
    writer.write()
    expect(textAt(FILE_BYTES, 4)).toBe('next')
    expect(files.bases).toEqual([0, FILE_BYTES])
  })

  it('leaves a file that was filled to its last byte', () => {
    put('x'.repeat(FILE_BYTES - 1))
    writer.write()
    writer.leaveFullFile()
    expect(writer.bytesLeftInFile).toBe(1)
    put('y')
    writer.write()
    writer.leaveFullFile()
    expect(writer.bytesLeftInFile).toBe(FILE_BYTES)
    expect(() => writer.accept(FILE_BYTES + 1)).toThrow(AssertionFailed)
  })

  it('is as before when a write fails, and clears what it left in the file', async () => {
    put('kept')
    writer.write()
    disk.fail({ operation: 'write', path: 'commitlog', code: 'ENOSPC', bytes: 3, times: 1 })
    put('torn')
    expect(() => writer.write()).toThrow('ENOSPC')
    expect(writer).toMatchObject({ end: 8, writtenEnd: 4 })
    expect(textAt(4, 4)).toBe('tor\0')
    writer.dropUnwritten()
    await writer.clearBehind()
    expect(writer.end).toBe(4)
    expect(textAt(0, 8)).toBe('kept\0\0\0\0')
    put('good')
    writer.write()
    expect(textAt(0, 8)).toBe('keptgood')
  })

  it('is cut where it is told, in an earlier file, too, and goes on there', async () => {
    put('first file')
    writer.rollFile()
    put('second file')
    writer.write()
    expect(() => put('unwritten')).not.toThrow()
    await expect(writer.truncate(5)).rejects.toThrow(AssertionFailed)
    writer.write()
    await flusher.flushTo(writer.writtenEnd)
    await writer.truncate(5)
    expect(writer).toMatchObject({ end: 5, writtenEnd: 5, bytesLeftInFile: FILE_BYTES - 5 })
    expect(files.bases).toEqual([0])
    put(' again')
    writer.write()
    expect(textAt(0, 12)).toBe('first again\0')
  })

  it('begins at any file while it has none', () => {
    expect(() => writer.beginAt(100)).toThrow(AssertionFailed)
    writer.beginAt(3 * FILE_BYTES)
    put('here')
    writer.write()
    expect(files.bases).toEqual([3 * FILE_BYTES])
    expect(textAt(3 * FILE_BYTES, 4)).toBe('here')
    expect(() => writer.beginAt(0)).toThrow(AssertionFailed)
  })
})
