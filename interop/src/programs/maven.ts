import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ChildProgram, cacheDirectory } from '@rocketeer/test-kit'

const BUILD_TIMEOUT_MS = 600_000
const COMPILE_TIMEOUT_MS = 120_000

/** Runs Maven on the project in `folder`. */
export async function maven(folder: string, ...goals: string[]): Promise<void> {
  const program = ChildProgram.start({
    name: `Maven in ${folder}`,
    command: 'mvn',
    args: ['--batch-mode', '--quiet', '--file', join(folder, 'pom.xml'), ...goals],
  })
  await program.succeeded({ withinMs: BUILD_TIMEOUT_MS })
}

/**
 * The folder with the jars that the pom in `folder` lists, in the cache until the pom or the `properties` (`-Dname=value`)
 * change.
 */
export async function mavenLibrary(folder: string, ...properties: string[]): Promise<string> {
  const pom = await readFile(join(folder, 'pom.xml'))
  const hash = createHash('sha256').update(pom).update(properties.join('\n')).digest('hex').slice(0, 12)
  const library = join(cacheDirectory, `${basename(folder)}-${hash}`)
  if (existsSync(library)) return library
  // Fetched beside and renamed when complete, because the run may be killed.
  const partial = `${library}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  await maven(folder, 'dependency:copy-dependencies', `-DoutputDirectory=${partial}`, ...properties)
  await rename(partial, library)
  return library
}

export interface Compilation {
  /** Java files, or folders of which every Java file is compiled. */
  sources: readonly string[]
  classpath: readonly string[]
  /** Where the classes go. */
  output: string
}

/** Compiles Java without Maven, which wants a project for each set of dependencies. */
export async function compileJava({ sources, classpath, output }: Compilation): Promise<void> {
  const files = await Promise.all(sources.map(javaFiles))
  const args = ['--release', '11', '-nowarn', '-parameters', '-cp', classpath.join(':'), '-d', output]
  const program = ChildProgram.start({ name: 'javac', command: 'javac', args: [...args, ...files.flat()] })
  await program.succeeded({ withinMs: COMPILE_TIMEOUT_MS })
}

async function javaFiles(path: string): Promise<string[]> {
  if (path.endsWith('.java')) return [path]
  const names = await readdir(path, { recursive: true })
  return names.filter((name) => name.endsWith('.java')).map((name) => join(path, name))
}
