import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@rocketeer/foundation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KvConfig } from './kv-config.js'

let directory: string
let path: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rocketeer-kv-'))
  path = join(directory, 'namesrv', 'kvConfig.json')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

describe('the key-value table', () => {
  it('is kept in a file of Apache layout', async () => {
    const before = await KvConfig.open(path, silentLogger)
    await Promise.all([before.put('n', 'a', '1'), before.put('n', 'b', '2'), before.put('m', 'a', '3')])
    await before.delete('n', 'b')
    await before.close()
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      configTable: { n: { a: '1' }, m: { a: '3' } },
    })
    const after = await KvConfig.open(path, silentLogger)
    expect([after.get('n', 'a'), after.get('n', 'b'), after.get('m', 'a')]).toEqual(['1', undefined, '3'])
  })

  it('lives in memory without a path', async () => {
    const kvConfig = await KvConfig.open(undefined, silentLogger)
    await kvConfig.put('n', 'a', '1')
    expect(kvConfig.get('n', 'a')).toBe('1')
  })

  it('does not start over a file it cannot read', async () => {
    const broken = join(directory, 'kvConfig.json')
    await writeFile(broken, '{"configTable":')
    await expect(KvConfig.open(broken, silentLogger)).rejects.toMatchObject({ code: 'KV_CONFIG_UNREADABLE' })
    expect(await readFile(broken, 'utf8')).toBe('{"configTable":')
  })
})
