import { join } from 'node:path'
import { apacheLibrary, ChildProgram, cacheDirectory, repositoryRoot } from '@rocketeer/test-kit'
import { maven } from './maven.js'

const javaFolder = join(repositoryRoot, 'interop/java')

/** The Java programs and the client they run on, and nothing else of Apache's. */
export const javaClientClasspath = [join(javaFolder, 'target/classes'), join(javaFolder, 'target/lib/*')]

export const goBinary = join(cacheDirectory, 'interop-go')

const GO_BUILD_TIMEOUT_MS = 300_000

/** Fetches Apache's jars and compiles the Java and Go programs once, before all suites (Vitest's global setup). */
export default async function buildPrograms(): Promise<void> {
  await apacheLibrary()
  const copyClient = [
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${join(javaFolder, 'target/lib')}`,
  ]
  await maven(javaFolder, 'compile', ...copyClient)
  // `go build` fetches what is missing.
  const goBuild = ChildProgram.start({
    name: 'go build of the Go programs',
    command: 'go',
    args: ['build', '-o', goBinary, '.'],
    cwd: join(repositoryRoot, 'interop/go'),
  })
  await goBuild.succeeded({ withinMs: GO_BUILD_TIMEOUT_MS })
}
