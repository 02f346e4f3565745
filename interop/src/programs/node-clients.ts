import { join } from 'node:path'
import { ChildProgram, repositoryRoot } from '@rocketeer/test-kit'
import { installed } from './installed.js'

/** Starts a program on a Node client of another maker. */
export async function startNodeClient(program: 'ali-ons' | 'grpc', address: string): Promise<ChildProgram> {
  const file = join(repositoryRoot, 'interop/node-clients', `${program}.mjs`)
  const args = [file, await installed('node-clients'), address]
  return ChildProgram.start({ name: `${program}.mjs`, command: process.execPath, args })
}
