import { execFileSync } from 'node:child_process'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeFileSystem } from '@rocketeer/files'
import { systemClock } from '@rocketeer/foundation'
import { TemporaryDirectory } from '@rocketeer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { JournalDirectory, type Waiting } from './journal-directory.js'
import { type JournalEntry, Outcome } from './journal-file.js'
import type { JournalRecord } from './record.js'

const BODY_BYTES = 100_000

function recordOf(number: number): JournalRecord {
  return {
    topic: 'orders',
    properties: `UNIQ_KEY\u0001id-${number}\u0002`,
    flag: 0,
    sysFlag: 0,
    batch: false,
    messages: 1,
    bornTimestamp: 1,
    journaledAt: 2,
    perhapsStored: false,
    body: Buffer.alloc(BODY_BYTES, number),
  }
}

const numbersOf = (waiting: readonly Waiting[]) => waiting.map(({ record }) => record.body[0])

let home: TemporaryDirectory
let problems: unknown[]
const open = (directory: string) => {
  const report = (error: unknown) => problems.push(error)
  const bytesMax = 2 ** 30
  return JournalDirectory.open({ files: nodeFileSystem, directory, bytesMax, clock: systemClock, report })
}
beforeEach(async () => {
  home = await TemporaryDirectory.create()
  problems = []
})
afterEach(() => home.remove())

/** False where this process may not do it. */
function mounted(...options: string[]): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options.join(), 'tmpfs', home.path], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe('a journal on a real disk of 2 MiB', () => {
  beforeEach(({ skip }) => skip(!mounted('size=2m'), 'needs to mount a tmpfs'))
  afterEach(() => void execFileSync('umount', [home.path], { stdio: 'ignore' }))

  it('keeps what it has acknowledged when the disk is full, and goes on when there is room', async () => {
    const directory = join(home.path, 'journal')
    const { journal } = await open(directory)
    const entries: JournalEntry[] = []
    const failures: unknown[] = []
    for (let number = 0; number < 30; number++)
      await journal.append(recordOf(number)).then(
        (entry) => entries.push(entry),
        (error) => failures.push(error),
      )
    expect(entries.length).toBeGreaterThan(15)
    expect(failures).toHaveLength(30 - entries.length)
    for (const failure of failures)
      expect(failure).toMatchObject({
        code: 'JOURNAL_FAILED',
        retryable: true,
        details: { directory, reason: expect.stringContaining('ENOSPC') },
      })
    for (const [number, entry] of entries.entries())
      expect((await journal.read(entry)).body.equals(recordOf(number).body)).toBe(true)
    // There is no room for a note, and none is needed of a file that goes.
    await journal.note(entries, Outcome.DELIVERED)
    expect({ problems, bytes: journal.bytes }).toEqual({ problems: [], bytes: 0 })
    await journal.append(recordOf(99))
    await journal.close()
    expect(numbersOf((await open(directory)).waiting)).toEqual([99])
  })
})

describe('a journal on a disk that is read-only', () => {
  beforeEach(({ skip }) => skip(!mounted('size=2m', 'ro'), 'needs to mount a tmpfs'))
  afterEach(() => void execFileSync('umount', [home.path], { stdio: 'ignore' }))

  it('is refused with the reason', async () => {
    await expect(open(join(home.path, 'journal'))).rejects.toMatchObject({
      code: 'JOURNAL_FAILED',
      details: { reason: expect.stringContaining('EROFS') },
    })
  })
})

it('a journal whose directory is removed acknowledges nothing more, and gives what it still can', async () => {
  const directory = join(home.path, 'journal')
  const { journal } = await open(directory)
  const entry = await journal.append(recordOf(1))
  await rm(directory, { recursive: true })
  for (const number of [2, 3])
    await expect(journal.append(recordOf(number))).rejects.toMatchObject({ code: 'JOURNAL_FAILED' })
  expect((await journal.read(entry)).body[0]).toBe(1)
  await journal.note([entry], Outcome.DELIVERED)
  expect({ problems, bytes: journal.bytes }).toEqual({ problems: [], bytes: 0 })
  await journal.close()
  expect(await readdir(home.path)).toEqual([])
})
