import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The top folder of this repository, wherever the program was started. */
export const repositoryRoot = findRoot(dirname(fileURLToPath(import.meta.url)))

/** The folder of what is fetched once and kept between runs; git ignores it. */
export const cacheDirectory = join(repositoryRoot, '.cache')

function findRoot(folder: string): string {
  const manifest = join(folder, 'package.json')
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).workspaces) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('the test kit runs only inside the repository')
  return findRoot(parent)
}
