import { join } from 'node:path'
import { ChildProgram } from '@rocketeer/test-kit'

const BUILD_TIMEOUT_MS = 600_000

/** Runs Maven on the project in `folder`. */
export async function maven(folder: string, ...goals: string[]): Promise<void> {
  const program = ChildProgram.start({
    name: `Maven in ${folder}`,
    command: 'mvn',
    args: ['--batch-mode', '--quiet', '--file', join(folder, 'pom.xml'), ...goals],
  })
  await program.succeeded({ withinMs: BUILD_TIMEOUT_MS })
}
