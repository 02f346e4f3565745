import { describe, expect, it } from 'vitest'
import { circlesIn, foldersOf, type Graph } from './circles.js'
import { relativeImports, sourcePackages } from './source-tree.js'

/** The imports between the sources of one package, types included, tests left out. */
function importsOf(files: ReturnType<typeof sourcePackages>[number]['files']): Graph {
  const product = files.filter((file) => !file.path.endsWith('.test.ts'))
  return new Map(product.map((file) => [file.path, new Set(relativeImports(file))]))
}

describe('circles', () => {
  const graphs = sourcePackages().map(({ folder, files }) => ({ folder, imports: importsOf(files) }))
  const found = graphs.flatMap(({ folder, imports }) =>
    [...circlesIn(imports), ...circlesIn(foldersOf(imports, `${folder}/src`))].map((circle) =>
      circle.join(' '),
    ),
  )

  it('of files or of folders are in no package, types included', () => {
    expect(found).toEqual([])
  })

  it('are found in graphs that have some', () => {
    const graph = new Map([
      ['p/src/a/one.ts', new Set(['p/src/b/two.ts'])],
      ['p/src/b/two.ts', new Set(['p/src/b/three.ts'])],
      ['p/src/b/three.ts', new Set<string>()],
      ['p/src/a/four.ts', new Set<string>()],
      ['p/src/b/five.ts', new Set(['p/src/a/four.ts'])],
      ['p/src/six.ts', new Set(['p/src/index.ts'])],
      ['p/src/index.ts', new Set(['p/src/six.ts', 'p/src/a/one.ts'])],
    ])
    expect(circlesIn(graph)).toEqual([['p/src/index.ts', 'p/src/six.ts']])
    expect(circlesIn(foldersOf(graph, 'p/src'))).toEqual([
      ['p/src/a', 'p/src/b'],
      ['p/src/index.ts', 'p/src/six.ts'],
    ])
  })
})
