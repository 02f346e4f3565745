import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repositoryRoot } from '../repository.js'

interface Packed {
  name: string
  files: { path: string }[]
}

/** Every package that is not private, with the files that publishing it would ship. */
function packedPackages(): Packed[] {
  const folders = readdirSync(join(repositoryRoot, 'packages')).map((name) => join('packages', name))
  const published = folders.filter(
    (folder) => !JSON.parse(readFileSync(join(repositoryRoot, folder, 'package.json'), 'utf8')).private,
  )
  const listed = execFileSync(
    'npm',
    ['pack', '--dry-run', '--json', '--ignore-scripts', ...published.map((folder) => `./${folder}`)],
    { cwd: repositoryRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  )
  return JSON.parse(listed)
}

describe('published packages', () => {
  const packages = packedPackages()

  it('ship no test, fixture, suite or build file', () => {
    const forbidden = /\.test\.|\/(testing|suite|simulation)\/|\.tsbuildinfo$|\/src\//
    const shipped = packages.flatMap(({ name, files }) => files.map(({ path }) => `${name}/${path}`))
    expect(shipped.filter((path) => forbidden.test(path))).toEqual([])
  })

  it('ship what they export', () => {
    expect(packages.length).toBeGreaterThan(8)
    for (const { name, files } of packages) {
      expect(
        files.map(({ path }) => path),
        name,
      ).toContain('dist/index.js')
    }
  })
})
