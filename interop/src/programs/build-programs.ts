import { join } from 'node:path'
import { apacheLibrary, buildGo, ChildProgram, cacheDirectory, repositoryRoot } from '@rocketeer/test-kit'

const javaFolder = join(repositoryRoot, 'interop/java')
const BUILD_TIMEOUT_MS = 600_000

/** The Java programs and the client they run on, without anything else of Apache's. */
export const javaClientClasspath = [join(javaFolder, 'target/classes'), join(javaFolder, 'target/lib/*')]

export const goBinary = join(cacheDirectory, 'interop-go')

/** Compiles the Java and Go programs once, before all suites (Vitest's global setup). */
export default async function buildPrograms(): Promise<void> {
  await apacheLibrary()
  const maven = ChildProgram.start({
    name: 'Maven (Java programs)',
    command: 'mvn',
    args: [
      '--batch-mode',
      '--quiet',
      '--file',
      join(javaFolder, 'pom.xml'),
      'compile',
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${join(javaFolder, 'target/lib')}`,
    ],
  })
  await maven.succeeded({ withinMs: BUILD_TIMEOUT_MS })
  await buildGo(join(repositoryRoot, 'interop/go'), goBinary)
}
