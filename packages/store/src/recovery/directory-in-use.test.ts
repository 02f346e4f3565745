import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { StoreFixture } from '../testing/store-fixture.js'

const WRITER = fileURLToPath(new URL('../testing/killed-writer.js', import.meta.url))

it('a second store of the same process is refused until the first is closed', async () => {
  await using fixture = new StoreFixture()
  const first = await fixture.open()
  await expect(fixture.open()).rejects.toMatchObject({
    code: 'DIRECTORY_IN_USE',
    details: { path: fixture.directory, pid: process.pid },
  })
  await first.close()
  expect(existsSync(fixture.path('lock'))).toBe(false)
  await (await fixture.open()).close()
})

it('another living process is named; once it is killed its lock is taken over', async () => {
  await using fixture = new StoreFixture()
  const other = spawn(process.execPath, [WRITER, fixture.directory, 'async'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(other.stdout, 'data')
  await expect(fixture.open()).rejects.toMatchObject({
    code: 'DIRECTORY_IN_USE',
    details: { pid: other.pid },
    message: expect.stringContaining(`process ${other.pid}`),
  })
  const exited = once(other, 'exit')
  other.kill('SIGKILL')
  other.stdout.resume()
  await exited
  expect(existsSync(fixture.path('lock'))).toBe(true)
  const store = await fixture.open({ commitLogFileBytes: 1 << 20 })
  expect(readFileSync(fixture.path('lock'), 'utf8')).toContain(String(process.pid))
  expect(store.stats.maxPhysicalOffset).toBeGreaterThan(0)
})

it('a failed start leaves no lock behind', async () => {
  await using fixture = new StoreFixture()
  writeFileSync(fixture.path('commitlog'), 'not a directory')
  await expect(fixture.open()).rejects.toThrow()
  expect(existsSync(fixture.path('lock'))).toBe(false)
})
