import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ChildProgram, freePort, repositoryRoot, TemporaryDirectory } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runtimes } from './programs/runtimes.js'

/** What a stranger's project has besides; publint and attw are what their authors say about a package. */
const STRANGERS_TOOLS = ['typescript@5.9', '@types/node@20', 'publint@0.3', '@arethetypeswrong/cli@0.18']

/** The whole, which has several doors, or the client alone. */
interface Published {
  readonly name: string
  readonly tarball: string
  /** Exactly what is installed with it. */
  readonly packagesMax: number
  readonly unpackedBytesMax: number
}

const published: readonly Published[] = [
  { name: 'rocketeer', tarball: 'rocketeer-0.1.0.tgz', packagesMax: 1, unpackedBytesMax: 4_000_000 },
  {
    name: '@rocketeer/client',
    tarball: 'rocketeer-client-0.1.0.tgz',
    packagesMax: 1,
    unpackedBytesMax: 1_500_000,
  },
]

async function run(cwd: string, command: string, ...args: string[]): Promise<string> {
  await using child = ChildProgram.start({ name: [command, ...args].join(' '), command, args, cwd })
  return (await child.succeeded({ withinMs: 170_000 })).join('\n')
}

describe('the packages as they are published', () => {
  let directory: TemporaryDirectory
  let tarballs: string
  /** A project that has nothing to do with the repository. */
  let project: string

  beforeAll(async () => {
    directory = await TemporaryDirectory.create()
    tarballs = join(directory.path, 'tarballs')
    project = directory.path
    await run(repositoryRoot, 'npm', 'run', 'pack', '--', tarballs)
    cpSync(join(repositoryRoot, 'interop/stranger'), project, { recursive: true })
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'stranger', private: true }))
    const packed = published.map(({ tarball }) => join(tarballs, tarball))
    await run(project, 'npm', 'install', '--no-audit', '--no-fund', ...packed)
  })
  afterAll(() => directory.remove())

  it.each(published)(
    '$name installs alone, and is small',
    async ({ name, packagesMax, unpackedBytesMax }) => {
      const { packages } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'))
      const { dependencies = {} } = packages[`node_modules/${name}`]
      expect(1 + Object.keys(dependencies).length).toBeLessThanOrEqual(packagesMax)
      const [size] = (await run(project, 'du', '-sb', join('node_modules', name))).split('\t')
      expect(Number(size)).toBeLessThan(unpackedBytesMax)
      for (const readme of ['README.md', 'README.zh-CN.md'])
        expect(readFileSync(join(repositoryRoot, readme), 'utf8')).toContain(
          `${(Number(size) / 1e6).toFixed(1)} MB`,
        )
    },
  )

  it.each(published)('$name ships what a reader of it looks for, and nothing of the workshop', ({ name }) => {
    const folder = join(project, 'node_modules', name)
    const files = readdirSync(folder, { recursive: true }).map(String)
    expect(files).toEqual(
      expect.arrayContaining(['README.md', 'LICENSE', 'NOTICE', 'THIRD-PARTY-LICENSES.txt', 'package.json']),
    )
    expect(
      files.filter((file) => /\.(map|ts)$|\.test\.|tsbuildinfo/.test(file) && !file.endsWith('.d.ts')),
    ).toEqual([])
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    expect(manifest).toMatchObject({ license: 'Apache-2.0', sideEffects: false, type: 'module' })
    for (const field of ['repository', 'keywords', 'engines', 'exports', 'description'])
      expect(manifest, field).toHaveProperty(field)
  })

  it('have types that strict TypeScript reads in every way of resolving modules', async () => {
    await run(project, 'npm', 'install', '--no-audit', '--no-fund', ...STRANGERS_TOOLS)
    for (const [module, resolution] of [
      ['NodeNext', 'NodeNext'],
      ['ESNext', 'bundler'],
      // Of old projects: it knows no `exports`.
      ['ESNext', 'node10'],
    ] as const) {
      const flags = ['--strict', '--noEmit', '--skipLibCheck', 'false', '--exactOptionalPropertyTypes']
      const how = [
        '--module',
        module,
        '--moduleResolution',
        resolution,
        '--target',
        'ES2022',
        '--lib',
        'ES2022,ESNext.Disposable',
      ]
      await run(project, 'npx', 'tsc', ...flags, ...how, 'typed.mts', 'typed-client.mts')
    }
  })

  it.each(published)('$name satisfies publint and attw', async ({ tarball }) => {
    await run(project, 'npx', 'publint', 'run', '--strict', join(tarballs, tarball))
    // There is no CommonJS beside the modules: Node loads them with require from 20.19 on, which the next test does.
    await run(project, 'npx', 'attw', '--profile', 'esm-only', join(tarballs, tarball))
  })

  it.each(runtimes())('run as modules and with require: %s', async (node) => {
    for (const file of ['program.mjs', 'program.cjs'])
      expect(await run(project, node, file)).toContain('received order 1')
  })

  it('bring the command, which runs a broker', async () => {
    const port = await freePort()
    await using started = ChildProgram.start({
      name: 'rocketeer start',
      // Not with npx, which would leave it running when it is killed itself.
      command: join(project, 'node_modules/.bin/rocketeer'),
      args: [
        'start',
        '--directory',
        join(project, 'data'),
        '--nameserver-port',
        `${port}`,
        '--broker-port',
        '0',
      ],
      cwd: project,
    })
    await started.line(/is up after/)
    const nameservers = ['--nameservers', `127.0.0.1:${port}`]
    await run(project, 'npx', 'rocketeer', 'topic', 'create', 'paid', ...nameservers)
    expect(await run(project, 'npx', 'rocketeer', 'topic', 'list', ...nameservers)).toContain('paid')
  })
})
