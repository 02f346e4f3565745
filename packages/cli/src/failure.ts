import { AssertionFailed, isRocketeerError, messageOf } from '@rocketeer/foundation'
import { errorColors } from './colors.js'

/** Exit codes: 1 for anything that went wrong, 2 for a command line that cannot be understood. */
export const EXIT_FAILED = 1
export const EXIT_USAGE = 2

/** A mistake in how the command was called; its message says how to call it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Something that can happen to anybody; its message says what, and how to mend it. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
  }
}

/**
 * Says in one line what went wrong and how to mend it. A stack trace only helps when the fault is ours, or when it is
 * asked for with ROCKETEER_DEBUG=1.
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
