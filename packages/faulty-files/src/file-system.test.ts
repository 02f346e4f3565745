import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FileSystem, nodeFileSystem } from '@rocketeer/files'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FaultyFileSystem } from './faulty-file-system.js'
import { SimulatedDisk } from './simulated-disk.js'

const systems: [name: string, make: () => FileSystem][] = [
  ['node', () => nodeFileSystem],
  ['faulty, without faults', () => new FaultyFileSystem(nodeFileSystem)],
  ['simulated', () => new SimulatedDisk()],
]

describe.each(systems)('file system: %s', (_name, make) => {
  let directory: string
  let files: FileSystem
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'rocketeer-files-'))
    files = make()
    files.makeDirectorySync(directory)
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  it('reads what was written, in both ways, anywhere in a sparse file', async () => {
    const file = await files.open(join(directory, 'a'), 'create')
    await file.truncate(1 << 20)
    file.writeSync(Buffer.from('-sync-'), 1, 4, 100)
    await file.write(Buffer.from('later'), 0, 5, 500_000)
    await file.datasync()
    const buffer = Buffer.alloc(5)
    expect(file.readSync(buffer, 0, 4, 100)).toBe(4)
    expect(buffer.toString('utf8', 0, 4)).toBe('sync')
    expect(await file.read(buffer, 0, 5, 500_000)).toBe(5)
    expect(buffer.toString()).toBe('later')
    expect(file.sizeSync().bytes).toBe(1 << 20)
    await file.close()
  })

  it('reads less only at the end of the file', async () => {
    const file = files.openSync(join(directory, 'a'), 'create')
    file.writeSync(Buffer.from('abc'), 0, 3, 0)
    const buffer = Buffer.alloc(8)
    expect(file.readSync(buffer, 0, 8, 1)).toBe(2)
    expect(await file.read(buffer, 0, 8, 3)).toBe(0)
    await file.close()
    await file.close()
  })

  it('truncating makes the rest read as zeros', async () => {
    const file = files.openSync(join(directory, 'a'), 'create')
    file.writeSync(Buffer.from('abcdef'), 0, 6, 0)
    await file.truncate(3)
    file.truncateSync(6)
    const buffer = Buffer.alloc(6, 1)
    file.readSync(buffer, 0, 6, 0)
    expect([...buffer]).toEqual([97, 98, 99, 0, 0, 0])
    await file.close()
  })

  it('opens only what exists, unless told to create it', async () => {
    await expect(files.open(join(directory, 'none'), 'write')).rejects.toMatchObject({ code: 'ENOENT' })
    expect(() => files.openSync(join(directory, 'none'), 'read')).toThrow('ENOENT')
  })

  it('lists names in order, none for a missing directory', async () => {
    expect(await files.makeDirectory(join(directory, 'x/b'))).toBe(join(directory, 'x'))
    expect(await files.makeDirectory(join(directory, 'x/b'))).toBeUndefined()
    files.makeDirectorySync(join(directory, 'x/a'))
    await (await files.open(join(directory, 'x/c'), 'create')).close()
    await files.syncDirectory(join(directory, 'x'))
    expect(await files.list(join(directory, 'x'))).toEqual([
      { name: 'a', isDirectory: true, bytes: 0 },
      { name: 'b', isDirectory: true, bytes: 0 },
      { name: 'c', isDirectory: false, bytes: 0 },
    ])
    expect(await files.list(join(directory, 'none'))).toEqual([])
  })

  it('renames and removes; removing what is missing is fine', async () => {
    await (await files.open(join(directory, 'a'), 'create')).close()
    await files.rename(join(directory, 'a'), join(directory, 'b'))
    await files.remove(join(directory, 'b'))
    await files.remove(join(directory, 'b'))
    expect(await files.list(directory)).toEqual([])
  })

  it('knows how full the disk is, also of a directory still to be made', async () => {
    const { totalBytes, freeBytes, usedPercent } = await files.space(join(directory, 'later/on'))
    expect(freeBytes).toBeLessThanOrEqual(totalBytes)
    expect(usedPercent).toBeGreaterThanOrEqual(0)
    expect(usedPercent).toBeLessThanOrEqual(100)
  })
})

describe('faults', () => {
  it('tear writes, shorten reads, fail flushes, a number of times', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rocketeer-files-'))
    const files = new FaultyFileSystem(nodeFileSystem)
    const file = files.openSync(join(directory, 'a'), 'create')
    files.fail({ operation: 'write', path: 'a', code: 'ENOSPC', bytes: 2, times: 1 })
    files.fail({ operation: 'datasync', path: 'a', code: 'EIO', times: 1 })
    expect(() => file.writeSync(Buffer.from('abcd'), 0, 4, 0)).toThrow('ENOSPC')
    await expect(file.datasync()).rejects.toMatchObject({ code: 'EIO' })
    await file.datasync()
    const buffer = Buffer.alloc(4)
    expect(file.readSync(buffer, 0, 4, 0)).toBe(2)
    files.fail({ operation: 'read', path: 'a', bytes: 1, times: 1 })
    expect(await file.read(buffer, 0, 2, 0)).toBe(1)
    await file.close()
    rmSync(directory, { recursive: true })
  })
})
