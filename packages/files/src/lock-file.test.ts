import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
