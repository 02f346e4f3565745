import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repositoryRoot } from '../repository.js'
import { readText, relativeImports, type SourceFile, sourcePackages, trackedFiles } from './source-tree.js'

/**
 * What each package may import of ours (ARCHITECTURE.md). Being absent from a line is a decision; tests may also import
 * the devDependencies of their package.
 */
const mayImport: Record<string, readonly string[]> = {
  foundation: [],
  files: ['foundation'],
  protocol: ['foundation'],
  remoting: ['foundation', 'protocol'],
  store: ['foundation', 'files', 'protocol'],
  nameserver: ['foundation', 'files', 'protocol', 'remoting'],
  broker: ['foundation', 'files', 'protocol', 'remoting', 'store'],
  client: ['foundation', 'files', 'protocol', 'remoting'],
  server: ['foundation', 'remoting', 'nameserver', 'broker'],
  toolkit: ['foundation', 'files', 'client'],
  cli: ['foundation', 'client', 'nameserver', 'broker', 'server', 'toolkit'],
  rocketeer: ['foundation', 'client', 'server', 'toolkit', 'cli'],
  'test-kit': [],
  'faulty-files': ['foundation', 'files', 'test-kit'],
  'client-suite': ['foundation', 'protocol', 'client', 'server', 'test-kit'],
  simulation: [
    'foundation',
    'files',
    'protocol',
    'remoting',
    'nameserver',
    'broker',
    'client',
    'server',
    'client-suite',
    'test-kit',
  ],
  bench: ['foundation', 'protocol', 'remoting', 'test-kit'],
  'rocketeer-basics': ['rocketeer'],
  'rocketeer-guide': ['rocketeer'],
  'rocketeer-message-types': ['rocketeer'],
  'rocketeer-patterns': ['rocketeer'],
  // The scenario that needs a MariaDB starts one of the test kit's.
  'rocketeer-shop': ['foundation', 'client', 'server', 'toolkit', 'test-kit'],
  'rocketeer-interop': [
    'foundation',
    'protocol',
    'remoting',
    'client',
    'client-suite',
    'test-kit',
    'toolkit',
  ],
}

const LINES_MAX = 300

/** Paths of the machines we work on, and hosts of registries, for which a mirror may stand in. */
const machineWords = [
  '/work/',
  '/root/',
  '/tmp/apache',
  'registry.npmjs',
  'repo.maven',
  'repo1.maven',
  'proxy.golang',
]

const packages = sourcePackages()
const sources = packages.flatMap((each) => each.files)
const byPath = new Map(sources.map((file) => [file.path, file]))

describe('imports', () => {
  it.each(packages.map((each) => [shortName(each.name), each] as const))(
    '%s imports only what it may',
    (name, each) => {
      const allowed = mayImport[name]
      if (!allowed) throw new Error(`${each.name} is new: say in this test what it may import`)
      expect(
        each.dependencies
          .filter(isOurs)
          .map(shortName)
          .filter((other) => !allowed.includes(other)),
      ).toEqual([])
      const forbidden = each.files.flatMap((file) => {
        const names = isTestOnly(file.path) ? [...allowed, ...each.devDependencies.map(shortName)] : allowed
        const wrong = file.imports
          .filter(isOurs)
          .filter((other) => !names.includes(shortName(packageOf(other))))
        return wrong.map((other) => `${file.path} imports ${other}`)
      })
      expect(forbidden).toEqual([])
    },
  )

  it('name packages, not files inside them, and only declared ones', () => {
    const wrong = packages.flatMap((each) => {
      const declared = [...each.dependencies, ...each.devDependencies, each.name]
      return each.files.flatMap((file) =>
        file.imports
          .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
          .filter(
            (specifier) => !declared.includes(packageOf(specifier)) && !isProvidedToTests(file, specifier),
          )
          .map((specifier) => `${file.path} imports ${specifier}`),
      )
    })
    const outward = packages.flatMap((each) =>
      each.files.flatMap((file) =>
        relativeImports(file)
          .filter((path) => !path.startsWith(`${each.folder}/src/`) && path.endsWith('.ts'))
          .map((path) => `${file.path} reaches ${path}`),
      ),
    )
    expect([...wrong, ...outward]).toEqual([])
  })

  it('lead to files that exist', () => {
    const dangling = sources.flatMap((file) =>
      relativeImports(file)
        .filter((path) => !existsSync(join(repositoryRoot, path)))
        .map((path) => `${file.path} imports ${path}`),
    )
    expect(dangling).toEqual([])
    expect(sources.flatMap(relativeImports).length).toBeGreaterThan(sources.length)
  })

  it('reach every file from an entry point or a test', () => {
    const reached = new Set<string>()
    const reach = (path: string): void => {
      const file = byPath.get(path)
      if (!file || reached.has(path)) return
      reached.add(path)
      for (const next of relativeImports(file)) reach(next)
    }
    for (const each of packages) each.entries.forEach(reach)
    for (const path of byPath.keys()) if (path.endsWith('.test.ts') || isConfigured(path)) reach(path)
    expect(sources.map((file) => file.path).filter((path) => !reached.has(path))).toEqual([])
  })

  it('of an index are written out by name, but for rocketeer, which is all of other packages', () => {
    const whole = sources.filter((file) => /^\s*export \*/m.test(file.text)).map((file) => file.path)
    expect(whole.filter((path) => !path.startsWith('packages/rocketeer/src/'))).toEqual([])
  })
})

describe('files', () => {
  it(`stay under ${LINES_MAX} lines`, () => {
    const tooLong = sources
      .filter((file) => !isList(file) && file.lines > LINES_MAX)
      .map((file) => `${file.path}: ${file.lines}`)
    expect(tooLong).toEqual([])
  })

  it('leave nothing for later', () => {
    const found = trackedFiles()
      .filter((path) => /\.(ts|mjs|js|java|go)$/.test(path) && !path.endsWith('/tidy.test.ts'))
      .filter((path) => /\b(TODO|FIXME|HACK|XXX:)/.test(readText(path)))
    expect(found).toEqual([])
  })

  it('call every test `it`', () => {
    const found = sources
      .filter((file) => /^\s*(?:test)(?:\.\w+)?\(/m.test(file.text))
      .map((file) => file.path)
    expect(found).toEqual([])
  })

  it('name no machine', () => {
    const found = trackedFiles()
      .filter((path) => !/\.(png|jpg|jar|bin)$/.test(path) && !path.endsWith('/tidy.test.ts'))
      .flatMap((path) => {
        const text = readText(path)
        return machineWords.filter((word) => text.includes(word)).map((word) => `${path}: ${word}`)
      })
    expect(found).toEqual([])
  })
})

function shortName(name: string): string {
  return name.replace('@rocketeer/', '')
}

function isOurs(specifier: string): boolean {
  return packages.some((each) => each.name === packageOf(specifier))
}

/** `@rocketeer/protocol/record` is of `@rocketeer/protocol`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** Tests, and what only tests use: `testing` folders, and packages that are made of tests. */
function isTestOnly(path: string): boolean {
  return (
    path.endsWith('.test.ts') ||
    /\/src\/(.*\/)?testing\//.test(path) ||
    /^packages\/(client-suite|simulation)\//.test(path)
  )
}

/** Vitest and fast-check stand in the root's devDependencies. */
function isProvidedToTests(file: SourceFile, specifier: string): boolean {
  return (
    ['vitest', 'fast-check'].includes(packageOf(specifier)) &&
    (isTestOnly(file.path) || file.path.startsWith('interop/'))
  )
}

/** Named in a configuration file instead of being imported. */
function isConfigured(path: string): boolean {
  return path === 'interop/src/programs/build-programs.ts'
}

/** An index that only lists exports is as long as its list. */
function isList(file: SourceFile): boolean {
  return file.path.endsWith('/index.ts') && !/^(?!export|import|\s|\}|\/\/|\/\*|$)/m.test(file.text)
}
