import { FaultyFileSystem } from '@rocketeer/faulty-files'
import { type DiskFile, nodeFileSystem } from '@rocketeer/files'
import { AssertionFailed, ManualClock } from '@rocketeer/foundation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreFixture } from '../testing/store-fixture.js'
import { LogFlusher } from './log-flusher.js'

const INTERVAL_MS = 500
const PAGES_BYTES = 4 * 4096

describe('LogFlusher', () => {
  let fixture: StoreFixture
  let files: FaultyFileSystem
  let clock: ManualClock
  let flusher: LogFlusher
  let file: DiskFile
  let flushed: number[]
  let failures: unknown[]

  beforeEach(() => {
    fixture = new StoreFixture()
    files = new FaultyFileSystem(nodeFileSystem)
    clock = new ManualClock(0)
    flushed = []
    failures = []
    flusher = new LogFlusher({
      clock,
      intervalMs: INTERVAL_MS,
      flushed: 0,
      syncNames: () => Promise.resolve(),
      onFlushed: (offset) => flushed.push(offset),
      onFailed: (error) => failures.push(error),
    })
    file = files.openSync(fixture.path('log'), 'create')
  })

  afterEach(async () => {
    await flusher.close()
    await file.close()
    await fixture[Symbol.asyncDispose]()
  })

  it('flushes at once when asked, and what is written meanwhile with the next flush', async () => {
    const release = files.holdDatasync('log')
    flusher.wrote(file, 100)
    flusher.flushNow()
    for (const offset of [200, 300]) {
      flusher.wrote(file, offset)
      flusher.flushNow()
    }
    expect(flusher).toMatchObject({ flushedOffset: 0, writtenOffset: 300 })
    release()
    await flusher.flushTo(300)
    expect(flushed).toEqual([100, 300])
    expect(flusher.flushedOffset).toBe(300)
  })

  it('flushes later what fills some pages, and leaves less than that for more', async () => {
    flusher.wrote(file, PAGES_BYTES)
    flusher.flushLater()
    await clock.advance(INTERVAL_MS - 1)
    expect(flushed).toEqual([])
    await clock.advance(1)
    await expect.poll(() => flushed).toEqual([PAGES_BYTES])
    flusher.wrote(file, PAGES_BYTES + 1)
    flusher.flushLater()
    await clock.advance(INTERVAL_MS * 4)
    expect(flushed).toEqual([PAGES_BYTES])
    flusher.wrote(file, PAGES_BYTES * 2)
    flusher.flushLater()
    await clock.advance(INTERVAL_MS)
    await expect.poll(() => flushed.at(-1)).toBe(PAGES_BYTES * 2)
  })

  it('flushes even a little when the last flush was long ago, and has no timer when all is flushed', async () => {
    flusher.wrote(file, 1)
    flusher.flushLater()
    await clock.advance(11_000)
    await expect.poll(() => flushed).toEqual([1])
    await expect.poll(() => clock.pending).toBe(0)
  })

  it('does not flush again after a failure', async () => {
    files.fail({ operation: 'datasync', path: 'log', code: 'EIO', times: 1 })
    flusher.wrote(file, 100)
    flusher.flushNow()
    await flusher.flushTo(100)
    expect(failures).toMatchObject([{ code: 'EIO' }])
    flusher.wrote(file, 200)
    flusher.flushNow()
    await flusher.flushTo(200)
    expect([flushed, failures.length, flusher.flushedOffset]).toEqual([[], 1, 0])
  })

  it('closes a retired file once it is flushed', async () => {
    const old = files.openSync(fixture.path('old'), 'create')
    flusher.wrote(old, 100)
    flusher.retire(old)
    flusher.wrote(file, 200)
    expect(old.sizeSync().bytes).toBe(0)
    await flusher.flushTo(200)
    expect(() => old.sizeSync()).toThrow()
    expect(file.sizeSync().bytes).toBe(0)
  })

  it('begins anew where the log was cut, once everything is flushed', async () => {
    flusher.wrote(file, 300)
    expect(() => flusher.wrote(file, 299)).toThrow(AssertionFailed)
    expect(() => flusher.reset(100)).toThrow(AssertionFailed)
    await flusher.flushTo(300)
    flusher.reset(100)
    expect(flusher).toMatchObject({ flushedOffset: 100, writtenOffset: 100 })
  })
})
