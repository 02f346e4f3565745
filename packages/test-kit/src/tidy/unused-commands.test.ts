import { expect, it } from 'vitest'
import { sourcePackages } from './source-tree.js'

const COMMANDS = 'packages/protocol/src/commands/'

it('commands that no product code sends or handles lie in commands/unused, and no others do', () => {
  const sources = sourcePackages().flatMap(({ folder, files }) => files.map((file) => ({ folder, ...file })))
  const defined = sources
    .filter(({ path }) => path.startsWith(COMMANDS))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/^export const (\w+) = defineCommand\(/gm)].map(([, name]) => ({
        path,
        name: name!,
      })),
    )
  const product = sources.filter(
    ({ folder, path }) =>
      ['broker', 'client', 'nameserver', 'replication'].includes(folder.replace('packages/', '')) &&
      !path.endsWith('.test.ts') &&
      !path.includes('/testing/'),
  )
  const imported = new Set(product.flatMap(({ text }) => namesImported(text)))
  const unused = (path: string) => path.startsWith(`${COMMANDS}unused/`)
  expect(defined.filter(({ path, name }) => imported.has(name) === unused(path))).toEqual([])
  expect(defined.length).toBeGreaterThan(100)
})

function namesImported(text: string): string[] {
  const imports = text.matchAll(/^import \{([^}]*)\} from '@rocketeer\/protocol\/commands'/gm)
  return [...imports].flatMap(([, names]) => names!.split(',').map((name) => name.trim()))
}
