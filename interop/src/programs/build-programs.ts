import { join } from 'node:path'
import { apacheLibrary, buildGo, ChildProgram, cacheDirectory, repositoryRoot } from '@rocketeer/test-kit'

const javaFolder = join(repositoryRoot, 'interop/java')
const goldenFolder = join(repositoryRoot, 'interop/java-golden')
const BUILD_TIMEOUT_MS = 600_000

/** The Java programs and the client they run on, without anything else of Apache's. */
export const javaClientClasspath = [join(javaFolder, 'target/classes'), join(javaFolder, 'target/lib/*')]

export const javaGoldenClasses = join(goldenFolder, 'target/classes')

export const goBinary = join(cacheDirectory, 'interop-go')

/** Fetches Apache's jars and compiles the Java and Go programs once, before all suites (Vitest's global setup). */
export default async function buildPrograms(): Promise<void> {
  await apacheLibrary()
  const copyClient = [
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${join(javaFolder, 'target/lib')}`,
  ]
  await maven(javaFolder, 'compile', ...copyClient)
  await maven(goldenFolder, 'compile')
  await buildGo(join(repositoryRoot, 'interop/go'), goBinary)
}

async function maven(folder: string, ...goals: string[]): Promise<void> {
  const program = ChildProgram.start({
    name: `Maven in ${folder}`,
    command: 'mvn',
    args: ['--batch-mode', '--quiet', '--file', join(folder, 'pom.xml'), ...goals],
  })
  await program.succeeded({ withinMs: BUILD_TIMEOUT_MS })
}
