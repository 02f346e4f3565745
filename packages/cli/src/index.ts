import { CommanderError } from 'commander'
import { EXIT_FAILED, EXIT_USAGE, reportError, reportFailure } from './failure.js'
import { reportAsJson, watchReader } from './output.js'
import { createProgram } from './program.js'

/** Runs one command line (`process.argv` without node and script) and sets `process.exitCode`. */
export async function run(args: readonly string[]): Promise<void> {
  watchReader(({ message }) => {
    reportError({
      code: 'OUTPUT_FAILED',
      message: `the output cannot be written: ${message}`,
      exitCode: EXIT_FAILED,
    })
    process.exit(EXIT_FAILED)
  })
  const end = args.indexOf('--')
  if (args.slice(0, end < 0 ? undefined : end).includes('--json')) reportAsJson()
  try {
    await createProgram().parseAsync([...args], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE
    else process.exitCode = reportFailure(error)
  }
}
