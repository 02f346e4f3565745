import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  ChildProgram,
  MariadbServer,
  PostgresServer,
  repositoryRoot,
  TemporaryDirectory,
} from '@rocketeer/test-kit'
import { storeContract } from '@rocketeer/toolkit/idempotency/testing'
import { databaseContract } from '@rocketeer/toolkit/sql/testing'
import { tablesContract } from '@rocketeer/toolkit/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runtimes } from './programs/runtimes.js'
import { libraryProgram, outcomesOf, sqlLibraries } from './programs/sql-libraries.js'

/** What each library runs, and what those that stand for their database run besides. */
const everywhere = [...databaseContract, ...storeContract]
const representatives = ['mysql2', 'pg', 'node-sqlite']

/** What each check came to: `undefined`, or what it failed with. */
async function outcomes(library: string, where: string, node?: string): Promise<Record<string, unknown>> {
  const program = await libraryProgram('contract.mjs', [library, where], node)
  await program.succeeded()
  return outcomesOf(program)
}

function passed(library: string): Record<string, undefined> {
  const checks = representatives.includes(library) ? [...everywhere, ...tablesContract] : everywhere
  return Object.fromEntries(checks.map(({ name }) => [name, undefined]))
}

beforeAll(async () => void (await sqlLibraries()), 400_000)

it('take the objects of each library by its types', async () => {
  const folder = await sqlLibraries()
  const toolkit = join(repositoryRoot, 'packages/toolkit/dist')
  const text = readFileSync(join(repositoryRoot, 'interop/sql-libraries/types.mts'), 'utf8')
  writeFileSync(join(folder, 'types.mts'), text.replace('TOOLKIT', toolkit))
  const options = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--target',
    'es2022',
    '--module',
    'nodenext',
  ]
  await using compiler = ChildProgram.start({
    name: 'tsc',
    command: process.execPath,
    args: [
      join(repositoryRoot, 'node_modules/typescript/bin/tsc'),
      ...options,
      '--types',
      'node',
      'types.mts',
    ],
    cwd: folder,
  })
  await compiler.succeeded()
})

describe('MariaDB', () => {
  let server: MariadbServer
  beforeAll(async () => {
    server = await MariadbServer.start()
  })
  afterAll(() => server?.close())

  it.each([
    'mysql2',
    'mysql2-connection',
    'kysely-mysql2',
    'drizzle-mysql2',
    'knex-mysql2',
    'prisma-mysql',
    'typeorm-mysql2',
  ])('through %s', async (library) => {
    expect(await outcomes(library, `${server.url}/mysql`)).toEqual(passed(library))
  })
})

describe('PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await PostgresServer.start()
  })
  afterAll(() => server?.close())

  it.each(['pg', 'pg-client', 'kysely-pg', 'drizzle-pg', 'knex-pg', 'prisma-pg', 'typeorm-pg'])(
    'through %s',
    async (library) => {
      expect(await outcomes(library, server.url)).toEqual(passed(library))
    },
  )
})

// `better-sqlite3` and `node:sqlite` need Node 22. Node 20 has SQLite through `node-sqlite3-wasm` (npm test).
const modern = runtimes().find((node) => /node-(22|24)\b/.test(node))

describe('SQLite on Node 22 or later', () => {
  beforeEach(({ skip }) => skip(!modern, 'needs the Node 22 or 24 that CI installs'))

  it.each([
    'node-sqlite',
    'better-sqlite3',
    'kysely-better-sqlite3',
    'drizzle-better-sqlite3',
    'knex-better-sqlite3',
    'typeorm-better-sqlite3',
  ])('through %s', async (library) => {
    await using home = await TemporaryDirectory.create()
    expect(await outcomes(library, join(home.path, 'data.sqlite'), modern)).toEqual(passed(library))
  })
})
