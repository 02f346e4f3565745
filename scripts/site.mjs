// npm run site -- DIR: writes the site into DIR: docs/ in both languages, and the reference made from the docstrings. Its
// tools lie in site/, with a lock file of their own: TypeDoc needs the API of TypeScript 5, and few people build the site.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { prepare } from './prepare.mjs'

const [directory, ...rest] = process.argv.slice(2)
if (directory === undefined || directory.startsWith('-') || rest.length > 0) {
  console.error('usage: npm run site -- DIR')
  process.exit(2)
}
if (!(await prepare())) process.exit(1)

const site = fileURLToPath(new URL('../site', import.meta.url))
const SITE_DIRECTORY = resolve(directory)

function run(command, ...args) {
  const { status } = spawnSync(command, args, {
    cwd: site,
    stdio: 'inherit',
    env: { ...process.env, SITE_DIRECTORY },
    shell: process.platform === 'win32' && command === 'npm',
  })
  if (status !== 0) process.exit(status ?? 1)
}

if (!existsSync(join(site, 'node_modules/vitepress'))) run('npm', 'ci', '--no-audit', '--no-fund')
run(process.execPath, 'make-pages.mjs')
run(process.execPath, 'node_modules/typedoc/bin/typedoc')
run(process.execPath, 'node_modules/vitepress/bin/vitepress.js', 'build')
console.log(`${directory}: the site, for any server of static files`)
