import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ChildProgram, cacheDirectory, repositoryRoot } from '@rocketeer/test-kit'

const INSTALL_TIMEOUT_MS = 300_000

/**
 * The folder where the dependencies of `interop/<folder>` are installed, in the cache until its lock file changes. They are
 * no dependencies of the workspace, whose users should not have to fetch and trust them; no script of theirs is run.
 * `prepare` does in a new folder what is left to do.
 */
export async function installed(
  folder: string,
  prepare: (partial: string) => Promise<void> = async () => {},
): Promise<string> {
  const source = join(repositoryRoot, 'interop', folder)
  const lock = await readFile(join(source, 'package-lock.json'))
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 12)
  const target = join(cacheDirectory, `${folder}-${hash}`)
  if (existsSync(target)) return target
  // Installed beside and renamed when complete, because the run may be killed.
  const partial = `${target}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) await cp(join(source, file), join(partial, file))
  const npm = ChildProgram.start({
    name: `npm ci of ${folder}`,
    command: 'npm',
    args: ['ci', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'],
    cwd: partial,
  })
  await npm.succeeded({ withinMs: INSTALL_TIMEOUT_MS })
  await prepare(partial)
  await rename(partial, target)
  return target
}
