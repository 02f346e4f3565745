import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ChildProgram } from '../process/child-program.js'
import { cacheDirectory, repositoryRoot } from '../repository.js'

/** The version of Apache RocketMQ that everything is compared with, as the Maven projects have it. */
export const APACHE_VERSION = /<rocketmq.version>(.+)</.exec(
  readFileSync(join(repositoryRoot, 'interop/pom.xml'), 'utf8'),
)![1]!

const FETCH_TIMEOUT_MS = 600_000

/** The folder with Apache RocketMQ's jars; fetched with Maven the first time (about 100 MB, one minute). */
export async function apacheLibrary(): Promise<string> {
  const home = join(cacheDirectory, `apache-${APACHE_VERSION}`)
  const library = join(home, 'lib')
  if (existsSync(library)) return library
  // Fetched beside and renamed when complete: two processes may start at once, and either may be killed.
  const partial = join(home, `lib.partial-${process.pid}`)
  await mkdir(home, { recursive: true })
  const maven = ChildProgram.start({
    name: 'Maven (Apache RocketMQ artifacts)',
    command: 'mvn',
    args: [
      '--batch-mode',
      '--quiet',
      '--file',
      join(repositoryRoot, 'interop/apache/pom.xml'),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${partial}`,
    ],
  })
  await maven.succeeded({ withinMs: FETCH_TIMEOUT_MS })
  await rename(partial, library).catch(async (error) => {
    await rm(partial, { recursive: true, force: true })
    if (!existsSync(library)) throw error
  })
  return library
}
