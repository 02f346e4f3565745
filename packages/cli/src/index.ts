import { CommanderError } from 'commander'
import { EXIT_USAGE, reportFailure } from './failure.js'
import { createProgram } from './program.js'

/** Runs one command line (`process.argv` without node and script) and sets `process.exitCode`. */
export async function run(args: readonly string[]): Promise<void> {
  try {
    const program = createProgram()
    for (const command of [program, ...program.commands.flatMap((child) => [child, ...child.commands])]) {
      command.exitOverride()
    }
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE
    else process.exitCode = reportFailure(error)
  }
}
