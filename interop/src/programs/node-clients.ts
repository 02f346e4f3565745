import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ChildProgram, cacheDirectory, repositoryRoot } from '@rocketeer/test-kit'

const folder = join(repositoryRoot, 'interop/node-clients')
const INSTALL_TIMEOUT_MS = 300_000

/** Starts a program on a Node client of another maker. */
export async function startNodeClient(program: 'ali-ons' | 'grpc', address: string): Promise<ChildProgram> {
  const args = [join(folder, `${program}.mjs`), await nodeClients(), address]
  return ChildProgram.start({ name: `${program}.mjs`, command: process.execPath, args })
}

/**
 * The folder where the clients are installed, in the cache until the lock file changes. They are no dependencies of the
 * workspace, whose users should not have to fetch and trust them; no script of theirs is run.
 */
async function nodeClients(): Promise<string> {
  const lock = await readFile(join(folder, 'package-lock.json'))
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 12)
  const installed = join(cacheDirectory, `node-clients-${hash}`)
  if (existsSync(installed)) return installed
  // Installed beside and renamed when complete, because the run may be killed.
  const partial = `${installed}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) {
    await copyFile(join(folder, file), join(partial, file))
  }
  const npm = ChildProgram.start({
    name: 'npm ci of the Node clients',
    command: 'npm',
    args: ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    cwd: partial,
  })
  await npm.succeeded({ withinMs: INSTALL_TIMEOUT_MS })
  await rename(partial, installed)
  return installed
}
