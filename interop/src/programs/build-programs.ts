import { join } from 'node:path'
import { apacheLibrary, buildGo, cacheDirectory, repositoryRoot } from '@rocketeer/test-kit'
import { maven } from './maven.js'

const javaFolder = join(repositoryRoot, 'interop/java')

/** The Java programs and the client they run on, without anything else of Apache's. */
export const javaClientClasspath = [join(javaFolder, 'target/classes'), join(javaFolder, 'target/lib/*')]

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
  await buildGo(join(repositoryRoot, 'interop/go'), goBinary)
}
