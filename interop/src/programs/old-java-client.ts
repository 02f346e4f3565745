import { join } from 'node:path'
import { repositoryRoot } from '@rocketeer/test-kit'
import { compileJava, mavenLibrary } from './maven.js'

export interface OldJavaClient {
  readonly version: string
  readonly classpath: readonly string[]
}

/** Netty 4.0, in clients of 4.3, reaches into the JDK, which newer Java closes. */
export const openedForOldNetty = [
  '--add-opens=java.base/java.nio=ALL-UNNAMED',
  '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
]

const sharedPrograms = ['Arguments', 'Consume', 'JsonLines', 'Mqadmin', 'Send', 'Traceable', 'Transact']

/** Fetches an old Java client with its mqadmin, and compiles with it the programs that the newest one runs as well. */
export async function oldJavaClient(version: string): Promise<OldJavaClient> {
  const library = await mavenLibrary(
    join(repositoryRoot, 'interop/java-old'),
    `-Drocketmq.version=${version}`,
  )
  const jars = join(library, '*')
  const output = join(library, 'classes')
  const folder = join(repositoryRoot, 'interop/java/src/main/java/dev/rocketeer/interop')
  const sources = sharedPrograms.map((name) => join(folder, `${name}.java`))
  await compileJava({ sources, classpath: [jars], output })
  return { version, classpath: [output, jars] }
}
