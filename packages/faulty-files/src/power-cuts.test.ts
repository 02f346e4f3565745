import { join } from 'node:path'
import { readReplaced, replaceFile } from '@rocketeer/files'
import { describe, expect, it } from 'vitest'
import { FaultyFileSystem } from './faulty-file-system.js'
import { atEveryPowerCut } from './power-cuts.js'
import { SimulatedDisk } from './simulated-disk.js'

const path = '/data/config/topics.json'
const decode = (bytes: Buffer) => JSON.parse(bytes.toString()) as string
/** Longer than a page, so that writes can be torn. */
const text = (letter: string) => JSON.stringify(letter.repeat(10_000))

describe.each([true, false])('with a backup: %s, a power cut', (backup) => {
  it('at any step leaves the old or the new content, and the new one once it was promised', async () => {
    const seen = new Set<string>()
    const steps = await atEveryPowerCut({
      before: async (disk) => {
        await replaceFile(disk, { path, content: text('a'), backup })
        await replaceFile(disk, { path, content: text('b'), backup })
      },
      change: (disk) => replaceFile(disk, { path, content: text('c'), backup }),
      after: async (disk, ended) => {
        const { content } = await readReplaced(disk, { path, decode })
        expect(ended ? ['c'] : ['b', 'c']).toContain(content?.[0])
        seen.add(content![0]!)
        await replaceFile(disk, { path, content: text('d'), backup })
        expect((await readReplaced(disk, { path, decode })).content?.[0]).toBe('d')
      },
    })
    expect(steps).toBe(backup ? 7 : 6)
    expect([...seen].sort()).toEqual(['b', 'c'])
  })

  it('at the first replacement leaves nothing or all of it, directories included', async () => {
    await atEveryPowerCut({
      change: (disk) => replaceFile(disk, { path, content: text('a'), backup }),
      after: async (disk, ended) => {
        const { content } = await readReplaced(disk, { path, decode })
        expect(ended ? ['a'] : ['a', undefined]).toContain(content?.[0])
      },
    })
  })
})

it('a change that fails with the power on fails the test, whatever it leaves', async () => {
  const change = () => Promise.reject(new Error('wrong path'))
  await expect(atEveryPowerCut({ change, after: async () => {} })).rejects.toThrow('wrong path')
})

it('a change that does not hear of the power cut has not ended before it', async () => {
  const endings: boolean[] = []
  await atEveryPowerCut({
    change: (disk) => disk.makeDirectory('/a').then(undefined, () => {}),
    after: async (_disk, ended) => void endings.push(ended),
  })
  expect(endings.filter((ended) => !ended)).toHaveLength(endings.length / 2)
})

describe('the simulated disk', () => {
  it('finds what a careless writer loses', async () => {
    const left = new Set<string>()
    await atEveryPowerCut({
      change: async (disk) => {
        const file = await disk.open('/a', 'create')
        await file.write(Buffer.from(text('x')), 0, 10_002, 0)
        await disk.rename('/a', '/b')
      },
      after: async (disk, ended) => {
        const entry = (await disk.list('/')).find(({ name }) => name === 'b')
        if (ended) left.add(entry ? `${entry.bytes}` : 'nothing')
      },
    })
    expect([...left].sort()).toEqual(['0', '10002', 'nothing'])
  })

  it('forgets locks and open files with the power', async () => {
    const disk = new SimulatedDisk()
    await disk.makeDirectory('/data')
    const file = await disk.open('/data/a', 'create')
    disk.lockDirectory('/data')
    expect(() => disk.lockDirectory('/data')).toThrow(expect.objectContaining({ code: 'DIRECTORY_IN_USE' }))
    disk.restart(() => true)
    disk.lockDirectory('/data')
    await expect(file.datasync()).rejects.toMatchObject({ code: 'EIO' })
  })
})

it('a replacement that fails leaves the file, and the next one succeeds', async () => {
  for (const operation of ['write', 'datasync', 'truncate'] as const) {
    const files = new FaultyFileSystem(new SimulatedDisk())
    await replaceFile(files, { path, content: text('a') })
    files.fail({ operation, path: join('config', 'topics.json'), code: 'ENOSPC', bytes: 5000, times: 1 })
    await expect(replaceFile(files, { path, content: text('b') })).rejects.toMatchObject({
      code: 'FILE_NOT_REPLACED',
    })
    expect((await readReplaced(files, { path, decode })).content?.[0]).toBe('a')
    expect((await files.list('/data/config')).map(({ name }) => name)).toEqual(['topics.json'])
    await replaceFile(files, { path, content: text('b') })
    files.fail({ operation: 'read', path: 'topics.json', bytes: 100, times: 1 })
    await expect(readReplaced(files, { path, decode })).rejects.toMatchObject({ code: 'FILE_BROKEN' })
  }
})
