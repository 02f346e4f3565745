import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const program = fileURLToPath(new URL('./delayed-check-or-scan.js', import.meta.url))

it('closes all unpaid orders by scans and by delayed checks, and counts what it took', async () => {
  const args = [program, '--orders', '200', '--check-after', '300']
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 50_000 })
  const lines = stdout.trim().split('\n')
  expect(lines.map((line) => /\d+ queries/.exec(line)?.[0])).toEqual([
    '100 queries',
    '100 queries',
    '200 queries',
    expect.stringMatching(/^\d+ queries/),
  ])
  for (const line of lines) expect(line).toMatch(/ 0 left unpaid$/)
}, 60_000)
