import { join } from 'node:path'
import { ChildProgram } from '../process/child-program.js'
import { repositoryRoot } from '../repository.js'

/** Runs the `rocketeer` command of this repository in a process of its own, as a user would; `node` are options of Node. */
export function startRocketeer(
  name: string,
  args: readonly string[],
  node: readonly string[] = [],
): ChildProgram {
  const command = join(repositoryRoot, 'packages/rocketeer/bin/rocketeer.js')
  const env = { NO_COLOR: '1' }
  return ChildProgram.start({ name, command: process.execPath, args: [...node, command, ...args], env })
}
