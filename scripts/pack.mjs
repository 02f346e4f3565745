// npm run pack -- DIR: writes the packages as they would be published, one tarball each, into DIR.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { makePackage } from './pack/make-package.mjs'
import { prepare } from './prepare.mjs'

/** What users install: the whole, or the client alone. The other workspaces are parts of these two. */
const PUBLISHED = ['rocketeer', 'client']

const [directory, ...rest] = process.argv.slice(2)
if (directory === undefined || directory.startsWith('-') || rest.length > 0) {
  console.error('usage: npm run pack -- DIR')
  process.exit(2)
}
if (!(await prepare())) process.exit(1)
mkdirSync(directory, { recursive: true })
const workDirectory = mkdtempSync(join(tmpdir(), 'rocketeer-pack-'))
try {
  for (const name of PUBLISHED) {
    const folder = join(workDirectory, name)
    await makePackage(name, folder)
    const [tarball] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--pack-destination', resolve(directory)], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    )
    const kilobytes = (bytes) => `${Math.round(bytes / 1000)} kB`
    console.log(
      `${join(directory, tarball.filename)}: ${tarball.entryCount} files, ` +
        `${kilobytes(tarball.size)} packed, ${kilobytes(tarball.unpackedSize)} unpacked`,
    )
  }
} finally {
  rmSync(workDirectory, { recursive: true })
}
