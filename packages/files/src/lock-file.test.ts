import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { LockFile } from './lock-file.js'

it.for<[what: string, text: string]>([
  ['what Apache leaves', 'lock'],
  ['nothing', ''],
  ['our own process id from an earlier start', `lock {"pid":${process.pid},"startedAt":"1"}`],
  ['a process id that another process has now', `lock {"pid":${process.ppid},"startedAt":"1"}`],
])('a lock file with %s is taken over', ([_what, text], { skip }) => {
  if (text.includes(`${process.ppid}`) && !existsSync('/proc/self/stat'))
    skip('only Linux tells when a process started')
  const directory = mkdtempSync(join(tmpdir(), 'rocketeer-lock-'))
  writeFileSync(join(directory, 'lock'), text)
  const lock = LockFile.acquire(directory)
  lock.release()
  lock.release()
  expect(existsSync(join(directory, 'lock'))).toBe(false)
  rmSync(directory, { recursive: true })
})

/** Worker threads of one process have their own globals, so each runs the module anew. */
const HOLD_IN_THREAD = `
  const { parentPort, workerData } = require('node:worker_threads')
  import(workerData.module).then(({ LockFile }) => {
    const lock = LockFile.acquire(workerData.directory)
    parentPort.once('message', () => {
      lock.release()
      parentPort.postMessage('released')
    })
    parentPort.postMessage('acquired')
  })
`

it('another thread of the process holds a lock as another process does', async ({ skip }) => {
  if (!existsSync('/proc/self/stat')) skip('only Linux tells when a process started')
  const directory = mkdtempSync(join(tmpdir(), 'rocketeer-lock-'))
  const workerData = { directory, module: new URL('./lock-file.js', import.meta.url).href }
  const thread = new Worker(HOLD_IN_THREAD, { eval: true, workerData })
  await once(thread, 'message')
  expect(() => LockFile.acquire(directory)).toThrow(
    expect.objectContaining({ code: 'DIRECTORY_IN_USE', details: { path: directory, pid: process.pid } }),
  )
  thread.postMessage('release')
  await once(thread, 'message')
  LockFile.acquire(directory).release()
  await thread.terminate()
  rmSync(directory, { recursive: true })
})
