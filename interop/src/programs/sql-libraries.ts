import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { ChildProgram, type JsonLine, JsonLines, repositoryRoot } from '@rocketeer/test-kit'
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

/** Starts a program of `interop/sql-libraries` on that Node. */
export async function libraryProgram(
  program: string,
  args: readonly string[],
  node: string = process.execPath,
): Promise<ChildProgram> {
  const whole = [join(folder, program), await sqlLibraries(), ...args]
  return ChildProgram.start({ name: `${program} ${args.join(' ')}`, command: node, args: whole })
}

interface CheckLine extends JsonLine {
  name: string
  error?: string
}

/** What each check of a program came to: `undefined`, or what it failed with. */
export function outcomesOf(program: ChildProgram): Record<string, string | undefined> {
  const checks = new JsonLines(program).of<CheckLine>('check')
  return Object.fromEntries(checks.map(({ name, error }) => [name, error]))
}
