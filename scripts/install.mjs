// Brings node_modules up to date with package-lock.json, and does nothing when it already is.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Returns false when npm failed; it has printed why. */
export function installIfMissing() {
  const wanted = join(root, 'package-lock.json')
  const installed = join(root, 'node_modules/.package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return true
  console.log('Installing dependencies from the npm registry …')
  const command = existsSync(installed) ? 'install' : 'ci'
  const npm = spawnSync('npm', [command, '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  return npm.status === 0
}
