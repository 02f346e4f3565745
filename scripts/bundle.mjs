// Puts the command line and all it uses into a few files: a start reads these instead of some 700 modules, which is faster.
import { existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const bundle = join(root, 'packages/rocketeer/bundle')

/**
 * Renews the bundle when the output of a package has changed. Without a bundle the command still runs from the packages,
 * only it starts slower.
 */
export async function bundleCommand() {
  const startedAt = new Date()
  const entry = join(bundle, 'command.js')
  if (existsSync(entry) && statSync(entry).mtimeMs > newestOutput()) return
  const made = `${bundle}.${process.pid}`
  try {
    const { rolldown } = await import('rolldown')
    const input = { command: join(root, 'packages/cli/dist/index.js') }
    const bundled = await rolldown({ input, platform: 'node', logLevel: 'silent' })
    await bundled.write({ dir: made, format: 'esm' })
    utimesSync(join(made, 'command.js'), startedAt, startedAt)
    // The bundle is complete before it is put in place, so a command started meanwhile finds all of it or none.
    removeBundle()
    renameSync(made, bundle)
  } catch (error) {
    removeBundle()
    rmSync(made, { recursive: true, force: true })
    process.stderr.write(
      `The command could not be bundled, so it starts slower: ${error.message.split('\n')[0]}\n`,
    )
  }
}

/** Without a bundle the command runs from the packages as they are. */
export function removeBundle() {
  rmSync(bundle, { recursive: true, force: true })
}

/** When the compiler last changed a file of any package. */
function newestOutput() {
  let newest = 0
  for (const name of readdirSync(join(root, 'packages'))) {
    const dist = join(root, 'packages', name, 'dist')
    if (!existsSync(dist)) continue
    for (const file of readdirSync(dist, { recursive: true })) {
      if (!file.endsWith('.js')) continue
      newest = Math.max(newest, statSync(join(dist, file), { throwIfNoEntry: false })?.mtimeMs ?? 0)
    }
  }
  return newest
}
