import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nodeFileSystem } from './node-file-system.js'
import { readReplaced } from './read-replaced.js'
import { replaceFile } from './replace-file.js'

let directory: string
let path: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rocketeer-replace-'))
  path = join(directory, 'config', 'topics.json')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const replace = (content: string, backup = true) => replaceFile(nodeFileSystem, { path, content, backup })
const read = () => readReplaced(nodeFileSystem, { path, decode: (bytes) => JSON.parse(bytes.toString()) })

describe('a replaced file', () => {
  it('is read back, with its directory made and nothing left beside it', async () => {
    expect(await read()).toEqual({ content: undefined })
    await replace('[1]', false)
    await replace('[2]', false)
    expect(await read()).toEqual({ content: [2] })
    expect(await readdir(join(directory, 'config'))).toEqual(['topics.json'])
  })

  it('keeps the previous content, which is read when the file is missing', async () => {
    await replace('[1]')
    await replace('[2]')
    expect(await readFile(`${path}.bak`, 'utf8')).toBe('[1]')
    await rm(path)
    expect(await read()).toEqual({ content: [1], fallback: { reason: undefined, keptAs: undefined } })
  })

  it('is put aside when it is broken, and its backup is read', async () => {
    await replace('[1]')
    await replace('[2]')
    await writeFile(path, '[2')
    const { content, fallback } = await read()
    expect(content).toEqual([1])
    expect(fallback).toEqual({ reason: expect.any(String), keptAs: `${path}.broken` })
    expect(await readFile(`${path}.broken`, 'utf8')).toBe('[2')
  })

  it('is an error when the file and its backup are both broken, or one is and the other is missing', async () => {
    await replace('[1]')
    await writeFile(path, '')
    await expect(read()).rejects.toMatchObject({ code: 'FILE_BROKEN', details: { path } })
    await rm(path)
    await writeFile(`${path}.bak`, '{')
    await expect(read()).rejects.toMatchObject({ code: 'FILE_BROKEN', details: { path } })
  })

  it('is named in the error when it is a directory', async () => {
    await mkdir(path, { recursive: true })
    await expect(read()).rejects.toMatchObject({ code: 'FILE_BROKEN', details: { path } })
  })

  it('says why it was not replaced', async () => {
    await writeFile(join(directory, 'config'), 'not a directory')
    await expect(replace('[1]')).rejects.toMatchObject({
      code: 'FILE_NOT_REPLACED',
      details: {
        path,
        reason: expect.stringContaining(`${join(directory, 'config')} cannot be a directory`),
      },
    })
  })
})
