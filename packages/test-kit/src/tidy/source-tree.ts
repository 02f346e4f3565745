import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { repositoryRoot } from '../repository.js'

export interface SourcePackage {
  /** `@rocketeer/store` */
  name: string
  /** From the top of the repository: `packages/store`. */
  folder: string
  dependencies: readonly string[]
  devDependencies: readonly string[]
  /** Entry points as source files: the exports, and `main.ts`. */
  entries: readonly string[]
  files: readonly SourceFile[]
}

export interface SourceFile {
  /** From the top of the repository: `packages/store/src/index.ts`. */
  path: string
  text: string
  lines: number
  /** Modules that the file imports, exports from, loads lazily, or names as a file beside it (a worker). */
  imports: readonly string[]
}

const IMPORTS = [
  /^\s*(?:import|export)\s[^'"]*?from\s+'([^']+)'/gm,
  /^\s*import\s+'([^']+)'/gm,
  /\bimport\(\s*'([^']+)'\s*\)/g,
  /\bnew URL\(\s*'([^']+)',\s*import\.meta\.url/g,
]

/** Every package of the repository with its sources, as they are on disk. */
export function sourcePackages(): SourcePackage[] {
  const folders = ['packages', 'examples'].flatMap((parent) =>
    readdirSync(join(repositoryRoot, parent)).map((name) => `${parent}/${name}`),
  )
  return [...folders, 'interop'].filter((folder) => existsSync(manifestOf(folder))).map(readPackage)
}

/** Every file under version control, and every new one that git does not ignore. */
export function trackedFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
  })
  return listed.split('\n').filter((path) => path && existsSync(join(repositoryRoot, path)))
}

export function readText(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8')
}

/** The source file a relative import means: `./x.js` beside `a/b.ts` is `a/x.ts`. */
function resolveImport(from: string, specifier: string): string {
  return relative(repositoryRoot, join(repositoryRoot, dirname(from), specifier)).replace(/\.js$/, '.ts')
}

/** The source files that a file imports by a relative path. */
export function relativeImports(file: SourceFile): string[] {
  return file.imports
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => resolveImport(file.path, specifier))
}

function manifestOf(folder: string): string {
  return join(repositoryRoot, folder, 'package.json')
}

function readPackage(folder: string): SourcePackage {
  const manifest = JSON.parse(readFileSync(manifestOf(folder), 'utf8'))
  const exported = Object.values<{ default: string }>(manifest.exports ?? {}).map((each) => each.default)
  const entries = exported.map((path) =>
    join(folder, path).replace('/dist/', '/src/').replace(/\.js$/, '.ts'),
  )
  return {
    name: manifest.name,
    folder,
    dependencies: Object.keys(manifest.dependencies ?? {}),
    devDependencies: Object.keys(manifest.devDependencies ?? {}),
    entries: [...entries, join(folder, 'src/main.ts')],
    files: filesUnder(join(folder, 'src')).map(readSource),
  }
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(repositoryRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesUnder(path)
    return path.endsWith('.ts') ? [path] : []
  })
}

function readSource(path: string): SourceFile {
  const text = readText(path)
  const imports = IMPORTS.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]!))
  return { path, text, lines: text.split('\n').length - 1, imports }
}
