import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nodeFileSystem } from './node-file-system.js'

describe('a directory', () => {
  let root: string

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'rocketeer-files-'))
  })
  afterEach(() => rm(root, { recursive: true, force: true }))

  it('is made with those above it, and the uppermost that was made is told', async () => {
    const deep = join(root, 'a', 'b', 'c')
    expect(await nodeFileSystem.makeDirectory(deep)).toBe(join(root, 'a'))
    expect((await stat(deep)).isDirectory()).toBe(true)
    expect(await nodeFileSystem.makeDirectory(deep)).toBeUndefined()
    expect(await nodeFileSystem.makeDirectory(join(root, 'a', 'd'))).toBe(join(root, 'a', 'd'))
    nodeFileSystem.makeDirectorySync(join(root, 'x', 'y'))
    nodeFileSystem.makeDirectorySync(join(root, 'x', 'y'))
    expect((await stat(join(root, 'x', 'y'))).isDirectory()).toBe(true)
  })

  it('is not made where a file is', async () => {
    const file = join(root, 'file')
    await writeFile(file, '')
    await expect(nodeFileSystem.makeDirectory(file)).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(nodeFileSystem.makeDirectory(join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
    expect(() => nodeFileSystem.makeDirectorySync(file)).toThrow('EEXIST')
  })

  it('is refused at once where the system makes none', async ({ skip }) => {
    skip(process.platform !== 'linux', 'needs a /proc')
    await expect(nodeFileSystem.makeDirectory('/proc/rocketeer/data')).rejects.toMatchObject({
      code: 'ENOENT',
    })
    expect(() => nodeFileSystem.makeDirectorySync('/proc/rocketeer/data')).toThrow('ENOENT')
  })
})
