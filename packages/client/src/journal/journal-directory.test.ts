import { atEveryPowerCut, FaultyFileSystem, SimulatedDisk } from '@rocketeer/faulty-files'
import { type FileSystem, nodeFileSystem } from '@rocketeer/files'
import { systemClock } from '@rocketeer/foundation'
import { TemporaryDirectory } from '@rocketeer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { JournalDirectory, type Waiting } from './journal-directory.js'
import { Outcome } from './journal-file.js'
import { type JournaledMessage, readJournal, verifyJournal } from './read-journal.js'
import type { JournalRecord } from './record.js'

const DIRECTORY = '/journal'
const REFUSAL = { code: 'NO_ROUTE', reason: 'no such topic', at: 3 }

function recordOf(body: string): JournalRecord {
  return {
    topic: 'orders',
    properties: `UNIQ_KEY\u0001id-${body.slice(0, 8)}\u0002`,
    flag: 0,
    sysFlag: 0,
    batch: false,
    messages: 1,
    bornTimestamp: 1,
    journaledAt: 2,
    perhapsStored: false,
    body: Buffer.from(body),
  }
}

async function listed(files: FileSystem) {
  const found: JournaledMessage[] = []
  for await (const message of readJournal(DIRECTORY, { files })) found.push(message)
  return found
}

const bodiesOf = (waiting: readonly Waiting[]) => waiting.map(({ record }) => record.body.toString())

describe('a journal on a disk', () => {
  let disk: SimulatedDisk
  let files: FaultyFileSystem
  let problems: unknown[]
  const open = async (on: FileSystem = files, bytesMax = 1024 * 1024) => {
    const report = (error: unknown) => problems.push(error)
    return JournalDirectory.open({ files: on, directory: DIRECTORY, bytesMax, clock: systemClock, report })
  }
  const bytesOf = async (name: string) => {
    const file = await disk.open(`${DIRECTORY}/${name}`, 'write')
    const bytes = Buffer.alloc(file.sizeSync().bytes)
    file.readSync(bytes, 0, bytes.length, 0)
    return { bytes, file }
  }

  beforeEach(() => {
    disk = new SimulatedDisk()
    files = new FaultyFileSystem(disk)
    problems = []
  })

  it('gives back what was appended, in order, without what was delivered', async () => {
    const { journal, waiting } = await open()
    expect(waiting).toEqual([])
    const entries = await Promise.all(['a', 'b', 'c'].map((body) => journal.append(recordOf(body))))
    expect(await journal.read(entries[1]!)).toEqual(recordOf('b'))
    await journal.note([entries[1]!], Outcome.DELIVERED)
    await journal.close()
    const again = await open()
    expect(bodiesOf(again.waiting)).toEqual(['a', 'c'])
    // A message that comes later does not go into a file of an earlier process.
    await again.journal.append(recordOf('d'))
    await again.journal.close()
    expect((await disk.list(DIRECTORY)).map(({ name }) => name)).toEqual([
      '00000001.messages',
      '00000001.outcomes',
      '00000002.messages',
    ])
    expect(bodiesOf((await open()).waiting)).toEqual(['a', 'c', 'd'])
  })

  it('writes what comes in one turn of the event loop with one flush', async () => {
    const { journal } = await open()
    const release = files.holdDatasync('00000001')
    const first = journal.append(recordOf('a'))
    await new Promise((resolve) => setTimeout(resolve, 5))
    const rest = Promise.all(['b', 'c', 'd'].map((body) => journal.append(recordOf(body))))
    let flushes = 0
    const datasync = files.waitForDatasync.bind(files)
    files.waitForDatasync = (path) => {
      flushes++
      return datasync(path)
    }
    release()
    await first
    await rest
    expect(flushes).toBe(1)
  })

  it('removes a file when nothing in it waits', async () => {
    const { journal } = await open()
    const entry = await journal.append(recordOf('a'))
    expect(journal.bytes).toBeGreaterThan(100)
    await journal.note([entry], Outcome.DELIVERED)
    expect(journal.bytes).toBe(0)
    expect(await disk.list(DIRECTORY)).toEqual([])
  })

  it('is refused to a second producer', async () => {
    const { journal } = await open()
    await expect(open()).rejects.toMatchObject({ code: 'JOURNAL_IN_USE', details: { directory: DIRECTORY } })
    await journal.close()
    await (await open()).journal.close()
  })

  it('takes no more than it may have, and harms nothing then', async () => {
    const { journal } = await open(files, 500)
    const kept = await Promise.allSettled(['a', 'b', 'c', 'd'].map((body) => journal.append(recordOf(body))))
    expect(kept.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected'])
    expect(kept[2]).toMatchObject({ reason: { code: 'JOURNAL_FULL', details: { bytesMax: 500 } } })
    await journal.close()
    expect(bodiesOf((await open()).waiting)).toEqual(['a', 'b'])
  })

  it.each([
    ['ENOSPC', 'write', 40],
    ['ENOSPC', 'write', 0],
    ['EIO', 'datasync', undefined],
  ] as const)(
    'says that it could not keep a message (%s at a %s of %s bytes), and keeps the next',
    async (code, operation, bytes) => {
      const { journal } = await open()
      await journal.append(recordOf('a'))
      files.fail({
        operation,
        path: '00000001.messages',
        code,
        times: 1,
        ...(bytes !== undefined && { bytes }),
      })
      await expect(journal.append(recordOf('lost'))).rejects.toMatchObject({
        code: 'JOURNAL_FAILED',
        details: { reason: expect.stringContaining(code) },
      })
      await journal.append(recordOf('b'))
      await journal.close()
      expect(bodiesOf((await open()).waiting)).toEqual(['a', 'b'])
      expect(problems).toEqual([])
    },
  )

  it('counts a message as delivered although that cannot be written', async () => {
    const { journal } = await open()
    const [a] = await Promise.all(['a', 'b'].map((body) => journal.append(recordOf(body))))
    files.fail({ operation: 'write', path: '.outcomes', code: 'ENOSPC', times: 1 })
    await journal.note([a!], Outcome.DELIVERED)
    expect(problems).toMatchObject([{ code: 'JOURNAL_NOT_NOTED' }])
  })

  it('steps over every torn end of its last file', async () => {
    const { journal } = await open()
    for (const body of ['a', 'b']) await journal.append(recordOf(body))
    await journal.close()
    const { bytes, file } = await bytesOf('00000001.messages')
    for (let length = bytes.length - 1; length >= 0; length--) {
      file.truncateSync(length)
      const { journal: again, waiting } = await open()
      expect(bodiesOf(waiting)).toEqual(['a', 'b'].slice(0, Math.floor(length / (bytes.length / 2))))
      await again.close()
      if (waiting.length === 0) break
    }
    expect(problems).toEqual([])
  })

  it('steps over damage at any byte, says so, and keeps the file', async () => {
    const { journal } = await open()
    for (const body of ['a', 'b', 'c']) await journal.append(recordOf(body))
    await journal.close()
    const { bytes, file } = await bytesOf('00000001.messages')
    const length = bytes.length / 3
    for (let at = length; at < 2 * length; at++) {
      file.writeSync(Buffer.of(bytes[at]! ^ 0x10), 0, 1, at)
      const { journal: again, waiting } = await open()
      expect(bodiesOf(waiting)).toEqual(['a', 'c'])
      expect(again.damagedBytes).toBe(length)
      await again.close()
      file.writeSync(bytes, at, 1, at)
    }
    for (const problem of problems) expect(problem).toMatchObject({ code: 'JOURNAL_DAMAGED' })
    file.writeSync(Buffer.alloc(length), 0, length, length)
    const last = await open()
    await last.journal.note(
      last.waiting.map(({ entry }) => entry),
      Outcome.DELIVERED,
    )
    await last.journal.close()
    expect((await disk.list(`${DIRECTORY}/damaged`)).map(({ name }) => name)).toEqual(['00000001.messages'])
    const { damage, files: count } = await verifyJournal(DIRECTORY, { files })
    expect([damage.length, count]).toEqual([1, 0])
    // Its name is not given again.
    const next = await open()
    await next.journal.append(recordOf('d'))
    expect((await disk.list(DIRECTORY)).map(({ name }) => name)).toContain('00000002.messages')
  })

  it('reads around bytes that the disk cannot read', async () => {
    const { journal } = await open()
    for (let index = 0; index < 3; index++) await journal.append(recordOf('x'.repeat(5_000)))
    await journal.close()
    files.fail({ operation: 'read', path: '00000001.messages', code: 'EIO', times: 2 })
    const { waiting } = await open()
    expect(waiting.length).toBe(2)
    expect(problems).toMatchObject([{ code: 'JOURNAL_DAMAGED' }])
  })

  it('keeps a refused message aside with the reason, and gives it again', async () => {
    const { journal } = await open()
    const [a] = await Promise.all(['a', 'b'].map((body) => journal.append(recordOf(body))))
    await journal.setAsideOne(a!, recordOf('a'), REFUSAL)
    expect([journal.setAside, journal.bytes > 0]).toEqual([1, true])
    await journal.close()
    const again = await open()
    expect(bodiesOf(again.waiting)).toEqual(['b'])
    const found = await listed(files)
    expect(found.map(({ messageId, refusal }) => [messageId, refusal?.reason])).toEqual([
      ['id-b', undefined],
      ['id-a', 'no such topic'],
    ])
    const taken: Waiting[] = []
    expect(await again.journal.takeSetAside((each) => taken.push(each))).toBe(1)
    expect(bodiesOf(taken)).toEqual(['a'])
    expect(again.journal.setAside).toBe(0)
    await again.journal.close()
    expect(bodiesOf((await open()).waiting)).toEqual(['b', 'a'])
  })

  it('has each acknowledged message after a power cut at any moment, and none twice in its files', async () => {
    const acknowledged: string[] = []
    const work = async (on: FileSystem) => {
      acknowledged.length = 0
      const { journal } = await open(on)
      const append = async (body: string) => {
        const entry = await journal.append(recordOf(body))
        acknowledged.push(body)
        return entry
      }
      const [a] = await Promise.all([append('a'), append('b')])
      await journal.note([a!], Outcome.DELIVERED)
      await append('c')
      await journal.close()
    }
    const steps = await atEveryPowerCut({
      change: work,
      after: async (on) => {
        const { journal, waiting } = await open(on)
        const bodies = bodiesOf(waiting)
        expect(new Set(bodies).size).toBe(bodies.length)
        expect(bodies).toEqual([...bodies].sort())
        for (const body of acknowledged.filter((each) => each !== 'a')) expect(bodies).toContain(body)
        await journal.close()
      },
    })
    expect(steps).toBeGreaterThan(8)
  })

  it('loses nothing that is set aside when the power goes', async () => {
    await atEveryPowerCut({
      before: async (on) => {
        const { journal } = await open(on)
        await journal.append(recordOf('a'))
        await journal.close()
      },
      change: async (on) => {
        const { journal, waiting } = await open(on)
        for (const { entry, record } of waiting) await journal.setAsideOne(entry, record, REFUSAL)
        await journal.close()
      },
      after: async (on) => {
        const found = await listed(on)
        expect(new Set(found.map(({ messageId }) => messageId))).toEqual(new Set(['id-a']))
      },
    })
  })
})

describe('a journal on a real disk', () => {
  let directory: TemporaryDirectory
  beforeEach(async () => {
    directory = await TemporaryDirectory.create()
  })
  afterEach(() => directory.remove())

  it('begins a new file after 4 MiB, and gives the space of delivered ones back', async () => {
    const needs = { files: nodeFileSystem, directory: directory.path, clock: systemClock, report: () => {} }
    const { journal } = await JournalDirectory.open({ ...needs, bytesMax: 2 ** 30 })
    const entries = []
    for (let index = 0; index < 3; index++)
      entries.push(await journal.append(recordOf('x'.repeat(3 * 2 ** 20))))
    expect(new Set(entries.map(({ file }) => file)).size).toBe(2)
    await journal.note(entries.slice(0, 2), Outcome.DELIVERED)
    expect(journal.bytes).toBeLessThan(4 * 2 ** 20)
    await journal.close()
  })
})
