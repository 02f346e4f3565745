// `npm test`: installs what is missing, builds, and runs the tests of all packages. Arguments go to vitest.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'
import { installIfMissing } from './install.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

if (!installIfMissing()) process.exit(1)
if (!(await build())) {
  console.error('The build failed; tests run on its output.')
  process.exit(1)
}
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const { status } = spawnSync(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
process.exit(status ?? 1)
