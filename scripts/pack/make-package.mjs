import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleCode, bundleTypes } from './bundle-package.mjs'
import { licensesOf } from './licenses.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Makes the folder of a package as it is published: the code of all workspaces and libraries it uses in a few files of
 * its own, so that it depends on nothing, and one file of declarations.
 */
export async function makePackage(name, folder) {
  const source = join(root, 'packages', name)
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
  // './server' → { types: './dist/server.d.ts', default: './dist/server.js' }
  const doors = Object.values(manifest.exports).map((door) => basename(door.default, '.js'))
  mkdirSync(join(folder, 'dist'), { recursive: true })
  const code = Object.fromEntries(doors.map((door) => [`dist/${door}`, join(source, 'dist', `${door}.js`)]))
  if (manifest.bin) {
    cpSync(join(source, 'bin'), join(folder, 'bin'), { recursive: true })
    code['bundle/command'] = join(root, 'packages/cli/dist/index.js')
  }
  const modules = await bundleCode(code, folder)
  const types = Object.fromEntries(doors.map((door) => [door, join(source, 'dist', `${door}.d.ts`)]))
  await bundleTypes(types, errorsOf(name), join(folder, 'dist'))
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), licensesOf(modules))
  for (const file of ['LICENSE', 'NOTICE']) cpSync(join(root, file), join(folder, file))
  const readme = [join(source, 'README.md'), join(root, 'README.md')].find((file) => existsSync(file))
  writeFileSync(join(folder, 'README.md'), withAbsoluteLinks(readFileSync(readme, 'utf8'), manifest))
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`)
}

/** The declarations of all errors of a package and of those it depends on. */
function errorsOf(name, found = new Set()) {
  const folder = join(root, 'packages', name)
  const errors = join(folder, 'dist/errors.d.ts')
  if (existsSync(errors)) found.add(errors)
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  for (const dependency of Object.keys(dependencies ?? {})) {
    if (dependency.startsWith('@rocketeer/')) errorsOf(dependency.slice('@rocketeer/'.length), found)
  }
  return [...found]
}

/** The documents are in the repository, not in the package: npm shows the README far from both. */
function withAbsoluteLinks(readme, { repository }) {
  const home = repository.url.replace(/^git\+/, '').replace(/\.git$/, '')
  return readme.replaceAll(/\]\((?!https?:|#)([^)]+)\)/g, `](${home}/blob/main/$1)`)
}

/** Without what only the repository needs. Everything in the folder is shipped, so `files` has nothing to say. */
function publishedManifest(manifest) {
  const { files: _files, dependencies: _bundled, devDependencies: _development, ...published } = manifest
  return { ...published, ...forOldResolution(manifest.exports) }
}

/** What TypeScript reads with the old `moduleResolution: node`, which knows no `exports`. */
function forOldResolution({ '.': { default: main, types }, ...doors }) {
  const found = Object.entries(doors).map(([door, { types }]) => [door.slice('./'.length), [types]])
  return { main, types, ...(found.length > 0 && { typesVersions: { '*': Object.fromEntries(found) } }) }
}
