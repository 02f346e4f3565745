import { writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { parseAst } from 'rolldown/parseAst'
import { dts } from 'rolldown-plugin-dts'

/** Bundles `inputs` (name of the output without `.js` → file) into `folder`; returns the files that went into it. */
export async function bundleCode(inputs, folder) {
  const bundle = await rolldown({ input: inputs, platform: 'node', onLog: failOnWarning })
  const { output } = await bundle.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'dist/[name]-[hash].js',
    // A stack trace of a user names our functions.
    minify: false,
  })
  refuseImports(output)
  return output.flatMap((chunk) => chunk.moduleIds ?? [])
}

/** All declarations in one file beside a small one for each door, so that declarations can be merged (`ErrorTables`). */
const TYPES = 'types'

/**
 * Bundles the declarations `inputs` (door → `.d.ts`) into `folder`, with those of all errors a user can meet, which
 * `errors` declares by adding to `ErrorTables` and which no door needs to name.
 */
export async function bundleTypes(inputs, errors, folder) {
  const importErrors = {
    name: 'import-errors',
    transform: (code, id) =>
      Object.values(inputs).includes(id) ? errors.map((file) => `import '${file}'\n`).join('') + code : null,
  }
  const bundle = await rolldown({
    input: inputs,
    plugins: [
      importErrors,
      dts({ dtsInput: true, resolve: [/^@rocketeer\//], tsconfig: false, sourcemap: false }),
    ],
    external: [/^node:/, 'zod'],
    treeshake: { moduleSideEffects: (id) => errors.includes(id) },
    logLevel: 'silent',
  })
  const { output } = await bundle.generate({
    format: 'esm',
    codeSplitting: { groups: [{ name: TYPES, test: /./ }] },
    chunkFileNames: '[name].d.ts',
    minifyInternalExports: false,
  })
  for (const { fileName, code: bundled } of output) {
    const types = mergeInPlace(bundled)
    // The metadata of the output still names the imports of declarations that were dropped.
    refuseImports([{ fileName, imports: importsOf(types) }], output)
    writeFileSync(join(folder, fileName), types)
  }
}

/** The modules that declarations import from, with `import … from 'x'`, `export … from 'x'` or a type `import('x').Y`. */
export function importsOf(types) {
  const found = []
  JSON.stringify(parseAst(types, { lang: 'dts' }), (_, node) => {
    if (typeof node?.source?.value === 'string') found.push(node.source.value)
    return node
  })
  return found
}

/** What is added to a module from another one is added in place, now that both lie in one file. */
function mergeInPlace(code) {
  return code
    .replaceAll(/^declare module '[^']+' \{\n(( {2}.*\n)+)\}/gm, '$1')
    .replaceAll(/ *\/\/# sourceMappingURL=.*$/gm, '')
}

/** A package that stands alone imports only Node and its own files. */
function refuseImports(files, all = files) {
  const known = new Set([...builtinModules, ...all.map(({ fileName }) => fileName)])
  for (const { fileName, imports = [], dynamicImports = [] } of files) {
    for (const name of [...imports, ...dynamicImports].map((each) =>
      each.replace(/^\.\/(.*)\.js$/, '$1.d.ts'),
    )) {
      if (!name.startsWith('node:') && !known.has(name)) throw new Error(`${fileName} imports ${name}`)
    }
  }
}

function failOnWarning(level, log) {
  if (level === 'warn') throw new Error(log.message)
}
