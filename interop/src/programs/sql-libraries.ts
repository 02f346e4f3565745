import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { ChildProgram, repositoryRoot } from '@rocketeer/test-kit'
import { installed } from './installed.js'

const folder = join(repositoryRoot, 'interop/sql-libraries')

/** The folder where the libraries for databases are installed, with a Prisma client for each server. */
export function sqlLibraries(): Promise<string> {
  return installed('sql-libraries', async (partial) => {
    await cp(join(folder, 'prisma'), join(partial, 'prisma'), { recursive: true })
    for (const provider of ['mysql', 'postgresql']) {
      const prisma = ChildProgram.start({
        name: `prisma generate for ${provider}`,
        command: process.execPath,
        args: ['node_modules/prisma/build/index.js', 'generate', '--schema', `prisma/${provider}.prisma`],
        cwd: partial,
        // Otherwise it downloads an engine, which nothing here uses.
        env: { PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' },
      })
      await prisma.succeeded()
    }
  })
}

/** Runs a program of `interop/sql-libraries` to its end on that Node; resolves to the lines it printed. */
export async function runWithLibraries(
  program: string,
  args: readonly string[],
  node: string = process.execPath,
): Promise<string[]> {
  const child = ChildProgram.start({
    name: `${program} ${args.join(' ')}`,
    command: node,
    args: [join(folder, program), await sqlLibraries(), ...args],
  })
  return child.succeeded({ withinMs: 120_000 })
}
