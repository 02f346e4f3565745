import { readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { nodeFileSystem } from '@rocketeer/files'
import { AssertionFailed } from '@rocketeer/foundation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LogBook, StoreFixture } from '../testing/store-fixture.js'
import { LogFiles } from './log-files.js'

const FILE_BYTES = 1024
const names = (...bases: number[]) => bases.map((base) => String(base).padStart(20, '0'))

describe('LogFiles', () => {
  let fixture: StoreFixture
  let files: LogFiles
  let logger: LogBook
  const open = (fileBytes = FILE_BYTES) =>
    LogFiles.open({ files: nodeFileSystem, directory: fixture.path('commitlog'), fileBytes, logger })
  beforeEach(async () => {
    fixture = new StoreFixture()
    logger = new LogBook()
    files = await open()
  })
  afterEach(async () => {
    await files.close()
    await fixture[Symbol.asyncDispose]()
  })

  const onDisk = () => readdirSync(fixture.path('commitlog')).sort()
  const reopen = async () => {
    await files.close()
    files = await open()
  }

  /** Makes the file that holds `offset` and writes `text` there. */
  async function write(offset: number, text: string): Promise<void> {
    const file = files.openForAppend(offset)
    file.writeSync(Buffer.from(text), 0, text.length, offset % FILE_BYTES)
    await file.close()
  }

  async function read(offset: number, bytes: number): Promise<string> {
    const target = Buffer.alloc(bytes)
    return target.toString('utf8', 0, await files.read(offset, target, 0, bytes))
  }

  it('makes files of their full length, one behind the other, and finds them again', async () => {
    expect(files).toMatchObject({ minOffset: 0, endOffset: 0, bases: [] })
    await write(0, 'first')
    await write(FILE_BYTES + 10, 'second')
    expect(onDisk()).toEqual(names(0, FILE_BYTES))
    expect(statSync(fixture.path('commitlog', names(0)[0]!)).size).toBe(FILE_BYTES)
    await reopen()
    expect(files.bases).toEqual([0, FILE_BYTES])
    expect(await read(FILE_BYTES + 10, 6)).toBe('second')
    expect(files.holds(2 * FILE_BYTES - 1)).toBe(true)
    expect(files.holds(2 * FILE_BYTES)).toBe(false)
    expect(() => files.openForAppend(5 * FILE_BYTES)).toThrow(AssertionFailed)
  })

  it('reads to the end of a file, not beyond', async () => {
    await write(FILE_BYTES - 4, 'tail')
    await write(FILE_BYTES, 'next')
    expect(await read(FILE_BYTES - 4, 8)).toBe('tail')
    expect(await read(2 * FILE_BYTES, 8)).toBe('')
  })

  it('begins anywhere when it is empty', async () => {
    await write(7 * FILE_BYTES, 'late')
    expect(files).toMatchObject({ minOffset: 7 * FILE_BYTES, bases: [7 * FILE_BYTES] })
  })

  it('prepares the next file and lists it only when it is used', async () => {
    await write(0, 'x')
    files.prepareNext()
    await expect.poll(onDisk).toEqual(names(0, FILE_BYTES))
    expect(files.bases).toEqual([0])
    await write(FILE_BYTES, 'y')
    expect(files.bases).toEqual([0, FILE_BYTES])
  })

  it('is cut at an offset: later files go, prepared ones too, and the rest reads as zeros', async () => {
    for (const base of [0, 1, 2]) await write(base * FILE_BYTES + 100, 'bytes')
    files.prepareNext()
    await files.truncate(FILE_BYTES + 102)
    expect(onDisk()).toEqual(names(0, FILE_BYTES))
    expect(await read(FILE_BYTES + 100, 5)).toBe('by\0\0\0')
    await write(2 * FILE_BYTES + 100, 'n')
    expect(await read(2 * FILE_BYTES + 100, 5)).toBe('n\0\0\0\0')
    await files.truncate(FILE_BYTES)
    expect(files.bases).toEqual([0])
    expect(await read(100, 5)).toBe('bytes')
    await files.truncate(0)
    expect(await read(100, 5)).toBe('\0\0\0\0\0')
  })

  it('loses its oldest files, never the newest', async () => {
    for (const base of [0, 1]) await write(base * FILE_BYTES, 'x')
    expect(await files.deleteOldest()).toBe(true)
    expect(await files.deleteOldest()).toBe(false)
    expect(onDisk()).toEqual(names(FILE_BYTES))
    expect(files.minOffset).toBe(FILE_BYTES)
  })

  it('mends files that were cut short, drops an empty last one, and refuses other sizes', async () => {
    for (const base of [0, 1]) await write(base * FILE_BYTES, 'x')
    truncateSync(fixture.path('commitlog', names(FILE_BYTES)[0]!), 10)
    await reopen()
    expect(statSync(fixture.path('commitlog', names(FILE_BYTES)[0]!)).size).toBe(FILE_BYTES)
    writeFileSync(fixture.path('commitlog', names(2 * FILE_BYTES)[0]!), '')
    await reopen()
    expect(files.bases).toEqual([0, FILE_BYTES])
    truncateSync(fixture.path('commitlog', names(0)[0]!), 10)
    await reopen()
    expect(await read(0, 5)).toBe('x\0\0\0\0')
    expect(statSync(fixture.path('commitlog', names(0)[0]!)).size).toBe(FILE_BYTES)
    await files.close()
    for (const bytes of [FILE_BYTES / 2, FILE_BYTES * 2]) {
      const opened = open(bytes)
      await expect(opened).rejects.toMatchObject({ code: 'FILE_SIZE_MISMATCH' })
    }
  })

  it('makes files that are missing between others, says so, and refuses a stranger far behind them', async () => {
    for (const base of [0, 1, 2, 3]) await write(base * FILE_BYTES, `file ${base}`)
    for (const base of [1, 2]) rmSync(fixture.path('commitlog', names(base * FILE_BYTES)[0]!))
    await reopen()
    expect(files.bases).toEqual([0, 1, 2, 3].map((base) => base * FILE_BYTES))
    expect(await read(FILE_BYTES, 4)).toBe('\0\0\0\0')
    expect(await read(3 * FILE_BYTES, 6)).toBe('file 3')
    expect(logger.lines).toMatchObject([{ facts: { start: FILE_BYTES, end: 3 * FILE_BYTES } }])
    await files.close()
    const [stranger] = names(10_000 * FILE_BYTES)
    writeFileSync(fixture.path('commitlog', stranger!), Buffer.alloc(FILE_BYTES))
    await expect(open()).rejects.toMatchObject({ code: 'LOG_FILES_MISSING' })
    expect(onDisk()).toHaveLength(5)
  })
})
