import { FaultyFileSystem } from '@rocketeer/faulty-files'
import { nodeFileSystem } from '@rocketeer/files'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LogBook, StoreFixture } from '../testing/store-fixture.js'
import { LogFiles } from './log-files.js'
import { LogReader } from './log-reader.js'
import { LogTail } from './log-tail.js'

const FILE_BYTES = 1024 * 1024
const LOG_BYTES = 2 * FILE_BYTES + 300_000

/** What the log holds at an offset. */
const byteAt = (offset: number) => (offset * 31 + Math.floor(offset / 256)) % 251

describe('LogReader', () => {
  let fixture: StoreFixture
  let files: LogFiles
  let tail: LogTail
  let reader: LogReader
  let end: number

  beforeEach(async () => {
    fixture = new StoreFixture()
    files = await LogFiles.open({
      files: new FaultyFileSystem(nodeFileSystem),
      directory: fixture.path('commitlog'),
      fileBytes: FILE_BYTES,
      logger: new LogBook(),
    })
    for (let base = 0; base < LOG_BYTES; base += FILE_BYTES) await write(base, FILE_BYTES)
    tail = new LogTail(64 * 1024)
    end = LOG_BYTES
    reader = new LogReader(files, tail, () => end)
  })
  afterEach(async () => {
    await files.close()
    await fixture[Symbol.asyncDispose]()
  })

  async function write(offset: number, length: number, shift = 0): Promise<void> {
    const bytes = Buffer.from(Array.from({ length }, (_, i) => (byteAt(offset + i) + shift) % 256))
    const file = files.openForAppend(offset)
    file.writeSync(bytes, 0, length, offset % FILE_BYTES)
    await file.close()
  }

  async function expectBytes(offset: number, length: number, read = length): Promise<void> {
    const target = Buffer.alloc(length)
    expect(await reader.read(offset, length, target, 0)).toBe(read)
    for (let i = 0; i < read; i++) {
      if (target[i] !== byteAt(offset + i)) throw new Error(`another byte at ${offset + i}`)
    }
  }

  it('reads any stretch, across blocks and files, and no more than the log has', async () => {
    await expectBytes(0, 10)
    await expectBytes(256 * 1024 - 5, 10)
    await expectBytes(FILE_BYTES - 300_000, 600_000)
    await expectBytes(LOG_BYTES - 10, 20, 10)
    await expectBytes(LOG_BYTES + 5, 20, 0)
  })

  it('copies at once what was read before, and what is written behind a block that was read', async () => {
    const target = Buffer.alloc(100)
    expect(reader.copy(5000, 100, target, 0)).toBe(false)
    await expectBytes(5000, 100)
    expect(reader.copy(5000, 100, target, 0)).toBe(true)
    end = LOG_BYTES - 1000
    await expectBytes(end - 50, 100, 50)
    end = LOG_BYTES
    expect(reader.copy(end - 1050, 100, target, 0)).toBe(false)
    await expectBytes(end - 1050, 100)
  })

  it('reads from the tail what is in memory, and from the files what a chunk does not hold whole', async () => {
    const chunk = tail.advance(LOG_BYTES - 100, 100)
    chunk.buffer.fill('m', 0, 60)
    chunk.used = 60
    expect(reader.memoryStart).toBe(LOG_BYTES - 100)
    const target = Buffer.alloc(60)
    expect(reader.copy(LOG_BYTES - 100, 60, target, 0)).toBe(true)
    expect(target.toString()).toBe('m'.repeat(60))
    expect(reader.copy(LOG_BYTES - 50, 20, target, 0)).toBe(false)
    await expectBytes(LOG_BYTES - 50, 20)
  })

  it('forgets what is deleted, and what is cut off', async () => {
    await expectBytes(LOG_BYTES - 1000, 1000)
    await files.truncate(LOG_BYTES - 1000)
    await write(LOG_BYTES - 1000, 1000, 5)
    reader.forgetFrom(LOG_BYTES - 1000)
    const target = Buffer.alloc(10)
    await reader.read(LOG_BYTES - 1000, 10, target, 0)
    expect(target[0]).toBe((byteAt(LOG_BYTES - 1000) + 5) % 256)

    await expectBytes(10, 10)
    await files.deleteOldest()
    reader.forgetBefore(files.minOffset)
    expect(reader.copy(10, 10, target, 0)).toBe(false)
  })

  it('keeps no block that was read while the log was cut', async () => {
    const reading = reader.read(LOG_BYTES - 1000, 10, Buffer.alloc(10), 0)
    reader.forgetFrom(LOG_BYTES - 2000)
    await write(LOG_BYTES - 1000, 1000, 5)
    await reading
    const target = Buffer.alloc(10)
    await reader.read(LOG_BYTES - 1000, 10, target, 0)
    expect(target[0]).toBe((byteAt(LOG_BYTES - 1000) + 5) % 256)
  })

  it('finds no record where none stands', async () => {
    expect(await reader.record(100, 1000)).toBeUndefined()
    expect(await reader.storeTimestamp(100)).toBe(-1)
  })
})
