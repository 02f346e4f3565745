// Compiles every package (incrementally), removes output whose source is gone so that no dead test keeps running, and
// bundles the command.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleCommand, removeBundle } from './bundle.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

export async function build() {
  for (const folder of ['packages', 'examples']) {
    for (const name of readdirSync(join(root, folder))) removeOrphans(join(root, folder, name))
  }
  removeOrphans(join(root, 'interop'))
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const { status } = spawnSync(process.execPath, [compiler, '-b', root], { stdio: 'inherit' })
  if (status !== 0) {
    removeBundle()
    return false
  }
  await bundleCommand()
  return true
}

function removeOrphans(packageRoot) {
  const dist = join(packageRoot, 'dist')
  if (!existsSync(dist)) return
  for (const file of filesUnder(dist)) {
    const source = join(packageRoot, 'src', relative(dist, file).replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts'))
    if (source.endsWith('.ts') && !existsSync(source)) rmSync(file)
  }
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)],
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !(await build())) process.exit(1)
