import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDirectory } from '@rocketeer/test-kit'

/** The running Node and those that CI has installed for its other steps. */
export function runtimes(): string[] {
  const others = existsSync(cacheDirectory)
    ? readdirSync(cacheDirectory).filter((name) => /^node-\d+$/.test(name))
    : []
  return [
    process.execPath,
    ...others.flatMap((name) => {
      const modules = join(cacheDirectory, name, 'node_modules')
      return readdirSync(modules)
        .filter((each) => each.startsWith('node-linux-'))
        .map((each) => join(modules, each, 'bin/node'))
    }),
  ]
}
