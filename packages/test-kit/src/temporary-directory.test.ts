import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { TemporaryDirectory } from './temporary-directory.js'

it('is removed at the end of the block, with everything in it', async () => {
  let path = ''
  {
    await using directory = await TemporaryDirectory.create()
    path = directory.path
    await mkdir(join(path, 'a/b'), { recursive: true })
    await writeFile(join(path, 'a/b/file'), 'x')
    expect(existsSync(path)).toBe(true)
  }
  expect(existsSync(path)).toBe(false)
})
