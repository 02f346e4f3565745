import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { repositoryRoot } from '../repository.js'

/** A declaration file as the compiler writes it. */
interface Declarations {
  /** Text of each top-level declaration by its name; several declarations of one interface are joined. */
  own: Map<string, string>
  /** Where each imported name comes from: file or package, and its name there. */
  imported: Map<string, { module: string; name: string }>
  /** The same for each name that is exported from another module. */
  exported: Map<string, { module: string; name: string }>
  /** Modules that are exported whole (`export *`). */
  exportedModules: string[]
  ownExports: Set<string>
}

export interface MissingType {
  /** The export that mentions the missing type. */
  by: string
  name: string
}

const cache = new Map<string, Declarations>()

/**
 * The types that exported declarations of these entry files mention and none of the files exports. Types of packages that
 * are not ours need not be exported; neither do the constructors of classes, which users do not call.
 */
export function missingTypes(entries: readonly string[]): MissingType[] {
  const exported = new Map<string, Origin>()
  for (const entry of entries) for (const [name, origin] of exportsOf(entry)) exported.set(name, origin)
  const known = new Set([...exported.values()].map(keyOf))
  const missing: MissingType[] = []
  for (const [by, origin] of exported) {
    for (const each of mentionedIn(origin)) if (!known.has(keyOf(each))) missing.push({ by, name: each.name })
  }
  return missing
}

/** The packages that programs import. A type that they take from a lower package must be exported, its parts need not. */
const PUBLIC = /^packages\/(?:client|server|toolkit|rocketeer)\//

interface Origin {
  file: string
  name: string
}

const keyOf = ({ file, name }: Origin) => `${file} ${name}`

/** Every name an entry file exports, with the file that declares it. */
export function exportsOf(file: string): Map<string, Origin> {
  const { exported, exportedModules, ownExports } = declarationsIn(file)
  const found = new Map<string, Origin>()
  for (const module of exportedModules) {
    const target = resolve(file, module)
    if (target !== undefined) for (const [name, origin] of exportsOf(target)) found.set(name, origin)
  }
  for (const name of ownExports) found.set(name, { file, name })
  for (const [name, source] of exported) {
    const origin = originOf(file, source)
    if (origin !== undefined) found.set(name, origin)
  }
  return found
}

function originOf(file: string, { module, name }: { module: string; name: string }): Origin | undefined {
  const target = resolve(file, module)
  return target === undefined ? undefined : exportsOf(target).get(name)
}

/** The types of ours that a declaration mentions. A constant in it (an options schema) counts as part of it. */
function mentionedIn({ file, name }: Origin, seen = new Set<string>()): Origin[] {
  if (!PUBLIC.test(file) || seen.has(keyOf({ file, name }))) return []
  seen.add(keyOf({ file, name }))
  const { own, imported } = declarationsIn(file)
  const text = own.get(name) ?? ''
  const found: Origin[] = []
  for (const [, module, inline] of text.matchAll(/import\("([^"]+)"\)\.(\w+)/g)) {
    const origin = originOf(file, { module: module!, name: inline! })
    if (origin !== undefined) found.push(origin)
  }
  const words = new Set(
    text.replace(/import\("[^"]+"\)\.\w+/g, '').match(/(?<![.\w])[A-Za-z_]\w*(?!\w*\??:)/g),
  )
  for (const word of words) {
    const source = imported.get(word)
    if (source !== undefined) {
      const origin = originOf(file, source)
      if (origin !== undefined) found.push(origin)
    } else if (word !== name && own.has(word)) {
      const declared = { file, name: word }
      if (/^[a-z]/.test(word)) found.push(...mentionedIn(declared, seen))
      else found.push(declared)
    }
  }
  return found
}

/** The declaration file of a module of ours; undefined for others. */
function resolve(from: string, module: string): string | undefined {
  if (module.startsWith('.')) return join(dirname(from), module.replace(/\.js$/, '.d.ts'))
  const [, name, door = ''] = /^@rocketeer\/([\w-]+)(\/[\w-]+)?$/.exec(module) ?? []
  if (name === undefined) return undefined
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'packages', name, 'package.json'), 'utf8'))
  return join('packages', name, manifest.exports[`.${door}`].types)
}

function declarationsIn(file: string): Declarations {
  const cached = cache.get(file)
  if (cached) return cached
  const path = join(repositoryRoot, file)
  const text = existsSync(path) ? withoutComments(readFileSync(path, 'utf8')) : ''
  const found: Declarations = {
    own: new Map(),
    imported: new Map(),
    exported: new Map(),
    exportedModules: [...text.matchAll(/^export \* from '([^']+)'/gm)].map(([, module]) => module!),
    ownExports: new Set(),
  }
  for (const [, kind, names, module] of text.matchAll(
    /^(import|export) (?:type )?\{([^}]*)\} from '([^']+)'/gm,
  )) {
    for (const [, name, alias] of names!.matchAll(/(?:type )?(\w+)(?: as (\w+))?/g)) {
      const table = kind === 'import' ? found.imported : found.exported
      table.set(alias ?? name!, { module: module!, name: name! })
    }
  }
  for (const [declaration, exported, name] of text.matchAll(
    /^(export )?(?:declare )?(?:abstract )?(?:class|interface|type|const|function|let|enum) (\w+)[\s\S]*?(?=^[^\s}]|$(?![\s\S]))/gm,
  )) {
    const merged = (found.own.get(name!) ?? '') + withoutConstructors(declaration)
    found.own.set(name!, merged)
    if (exported) found.ownExports.add(name!)
  }
  cache.set(file, found)
  return found
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
}

function withoutConstructors(text: string): string {
  return text.replace(/^ {4}(?:private |protected )?constructor\([\s\S]*?\);$/gm, '')
}
