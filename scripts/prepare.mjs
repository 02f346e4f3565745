// Installs and builds what is missing, and says so; an up-to-date tree costs a few milliseconds.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Written after a build that succeeded: the number of sources, and when the build began. */
const stamp = join(root, 'node_modules/.rocketeer-built')

/** Returns false when npm or the compiler failed; they have printed why. */
export async function prepare() {
  const sources = sourcesOf(root)
  if (isBuilt(sources)) return true
  // Imported only now, so that a start which finds everything in place does not pay for it.
  const { installIfMissing } = await import('./install.mjs')
  if (!installIfMissing()) return false
  const { build } = await import('./build.mjs')
  const startedAt = Date.now()
  process.stderr.write('Building …\n')
  if (!(await build())) {
    process.stderr.write('The build failed, see above.\n')
    return false
  }
  process.stderr.write(`Built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.\n`)
  writeFileSync(stamp, JSON.stringify({ sources: sources.count, startedAt }))
  return true
}

function isBuilt(sources) {
  try {
    const built = JSON.parse(readFileSync(stamp, 'utf8'))
    return built.sources === sources.count && built.startedAt > sources.newest
  } catch {
    return false
  }
}

/** How many files the build depends on, and when the newest of them was changed. */
function sourcesOf(root) {
  const found = { count: 0, newest: 0 }
  for (const file of ['package-lock.json', 'tsconfig.json', 'tsconfig.base.json'])
    add(found, join(root, file))
  for (const folder of ['packages', 'examples']) {
    for (const name of readdirSync(join(root, folder))) {
      add(found, join(root, folder, name, 'tsconfig.json'))
      addFolder(found, join(root, folder, name, 'src'))
    }
  }
  return found
}

function addFolder(found, folder) {
  let entries
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch {
    return
  }
  for (const entry of entries) {
    if (entry.isDirectory()) addFolder(found, join(folder, entry.name))
    else add(found, join(folder, entry.name))
  }
}

function add(found, file) {
  const facts = statSync(file, { throwIfNoEntry: false })
  if (!facts) return
  found.count++
  found.newest = Math.max(found.newest, facts.mtimeMs)
}
