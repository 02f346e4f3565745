import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { COMMAND } from '../testing/command.js'

let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rocketeer-completion-'))
  const command = join(directory, 'rocketeer')
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${COMMAND}' "$@"\n`)
  chmodSync(command, 0o755)
  writeFileSync(join(directory, 'two words.conf'), '')
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** What bash puts in the place of the last word, as when Tab is pressed behind it. */
function completedByBash(...words: readonly string[]): string[] {
  const quoted = ['rocketeer', ...words].map((word) => `'${word}'`).join(' ')
  const script = `
    source <(rocketeer completion bash)
    complete -p rocketeer >/dev/null || exit 3
    COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}
    _rocketeer rocketeer; printf '%s\\n' "\${COMPREPLY[@]}"`
  const env = { ...process.env, PATH: `${directory}:${process.env.PATH}` }
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', script], { cwd: directory, env })
  expect({ stderr: stderr.toString(), status }).toEqual({ stderr: '', status: 0 })
  return stdout.toString().split('\n').filter(Boolean)
}

describe('completion in bash', () => {
  beforeEach(({ skip }) => skip(!existsSync('/bin/bash'), 'needs bash'))

  it('completes commands, flags and files', () => {
    expect(completedByBash('clu')).toEqual(['cluster'])
    expect(completedByBash('topic', 'delete', '--dry')).toEqual(['--dry-run'])
    expect(completedByBash('broker', '-c', 'two')).toEqual(['two words.conf'])
    expect(completedByBash('send', 'orders', '')).toEqual([])
  })
})
