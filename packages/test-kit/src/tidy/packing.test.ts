import { describe, expect, it } from 'vitest'

const { importsOf } = (await import(
  new URL('../../../../scripts/pack/bundle-package.mjs', import.meta.url).href
)) as { importsOf(types: string): string[] }

const from = (module: string) => `from '${module}'`

describe('the packing of declarations', () => {
  it('finds what they import, in each of the ways', () => {
    const types = [
      `import { A } ${from('named')}`,
      `export { B } ${from('again')}`,
      `export ${'*'} ${from('all')}`,
      `import ${"'bare'"}`,
      `export type C = Map<import(${"'type'"}).D, string>`,
    ]
    expect(importsOf(types.join('\n'))).toEqual(['named', 'again', 'all', 'bare', 'type'])
  })

  it('takes neither a text nor a comment for an import', () => {
    const types = [
      `/** ${from('comment')} */`,
      "export type Side = 'from' | 'to'",
      "export type Way = 'import' | 'export'",
    ]
    expect(importsOf(types.join('\n'))).toEqual([])
  })
})
