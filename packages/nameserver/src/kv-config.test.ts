import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atEveryPowerCut } from '@rocketeer/faulty-files'
import { type FileSystem, nodeFileSystem } from '@rocketeer/files'
import { type Logger, silentLogger } from '@rocketeer/foundation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KvConfig } from './kv-config.js'

const open = (path: string | undefined, files: FileSystem = nodeFileSystem) =>
  KvConfig.open({ path, files, logger: silentLogger })

let directory: string
let path: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rocketeer-kv-'))
  path = join(directory, 'namesrv', 'kvConfig.json')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

describe('the key-value table', () => {
  it('is kept in a file that Apache can read', async () => {
    const before = await open(path)
    await Promise.all([before.put('n', 'a', '1'), before.put('n', 'b', '2'), before.put('m', 'a', '3')])
    await before.delete('n', 'b')
    await before.close()
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      configTable: { n: { a: '1' }, m: { a: '3' } },
    })
    const after = await open(path)
    expect([after.get('n', 'a'), after.get('n', 'b'), after.get('m', 'a')]).toEqual(['1', undefined, '3'])
  })

  it('lives in memory without a path', async () => {
    const kvConfig = await open(undefined)
    await kvConfig.put('n', 'a', '1')
    expect(kvConfig.get('n', 'a')).toBe('1')
  })

  it('refuses to open a file it cannot read, and leaves the file alone', async () => {
    const broken = join(directory, 'kvConfig.json')
    await writeFile(broken, '{"configTable":')
    await expect(open(broken)).rejects.toMatchObject({ code: 'KV_CONFIG_UNREADABLE' })
    expect(await readFile(broken, 'utf8')).toBe('{"configTable":')
  })

  it('has its old or its new content after a power cut at any moment', async () => {
    const steps = await atEveryPowerCut({
      before: async (disk) => (await open(path, disk)).put('n', 'a', 'old'),
      change: async (disk) => {
        const failures: object[] = []
        const logger: Logger = { ...silentLogger, error: (facts) => failures.push(facts) }
        await (await KvConfig.open({ path, files: disk, logger })).put('n', 'a', 'new')
        // A failed write is only logged, as in Apache: `put` resolves all the same.
        if (failures.length > 0) throw failures[0]
      },
      after: async (disk, ended) => {
        const value = (await open(path, disk)).get('n', 'a')
        expect(ended ? ['new'] : ['old', 'new']).toContain(value)
      },
    })
    expect(steps).toBeGreaterThan(4)
  })
})
