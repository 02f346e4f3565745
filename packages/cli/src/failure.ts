import { AssertionFailed, isRocketeerError, messageOf } from '@rocketeer/foundation'
import { errorColors } from './colors.js'

/** Exit codes: 1 when a command failed, 2 when the command line is wrong. */
export const EXIT_FAILED = 1
export const EXIT_USAGE = 2

/** The command line is wrong; the message says how to call the command. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The command failed for a reason outside Rocketeer's code; the message says why, and what to do. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
  }
}

/**
 * Prints the error in one line and returns the exit code. A stack trace is printed only for a fault of our own, or with
 * ROCKETEER_DEBUG=1.
 */
export function reportFailure(error: unknown): number {
  const expected = isRocketeerError(error) || error instanceof UsageError || error instanceof CommandFailed
  process.stderr.write(`${errorColors.red('rocketeer:')} ${messageOf(error)}\n`)
  if (process.env.ROCKETEER_DEBUG || error instanceof AssertionFailed) {
    process.stderr.write(`${error instanceof Error ? error.stack : ''}\n`)
  } else if (!expected) {
    process.stderr.write(
      `${errorColors.dim('This was not expected. ROCKETEER_DEBUG=1 shows where it happened.')}\n`,
    )
  }
  return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED
}
