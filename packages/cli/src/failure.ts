import { AssertionFailed, isRocketeerError, messageOf } from '@rocketeer/foundation'
import { report, warn } from './output.js'
import { dim, red, styled } from './styled.js'

/** Failed, or done in part only: something that was asked for is missing from the output, and stderr says what. */
export const EXIT_FAILED = 1
/** The command line, or a file it names, is wrong: nothing was asked of a cluster. */
export const EXIT_USAGE = 2

/** The command line is wrong; the message says how to call the command. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  constructor(
    message: string,
    readonly code = 'USAGE',
  ) {
    super(message)
  }
}

/** The command failed for a reason outside Rocketeer's code; the message says why, and what to do. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
  readonly code: string
  constructor(message: string, cause?: unknown, code = isRocketeerError(cause) ? cause.code : 'FAILED') {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/** Ctrl-C or SIGTERM ended the command before it was done. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  readonly exitCode: number
  constructor(signal: NodeJS.Signals) {
    super(`${signal} ended the command before it was done`)
    // As a shell reports a process that the signal killed.
    this.exitCode = signal === 'SIGINT' ? 130 : 143
  }
}

/** Errors about a value the user typed, or a file it names, that no cluster could accept. */
const USAGE_CODES: ReadonlySet<string> = new Set([
  'OPTION_INVALID',
  'TOPIC_INVALID',
  'GROUP_INVALID',
  'MESSAGE_INVALID',
  'AUDIT_INVALID',
])

/** Reports the error in the one style of all commands and returns the exit code. */
export function reportFailure(error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode
  const code = codeOf(error)
  const exitCode = error instanceof UsageError || USAGE_CODES.has(code) ? EXIT_USAGE : EXIT_FAILED
  reportError({ code, message: messageOf(error), exitCode })
  const ours = error instanceof AssertionFailed
  if (process.env.ROCKETEER_DEBUG || ours) {
    process.stderr.write(`${error instanceof Error ? error.stack : ''}\n`)
  } else if (code === 'UNEXPECTED') {
    const hint = dim('This was not expected. ROCKETEER_DEBUG=1 shows where it happened.')
    process.stderr.write(`${hint.for(process.stderr)}\n`)
  }
  return exitCode
}

/** `rocketeer: what is wrong, and what to do`; with `--json` one line of JSON. */
export function reportError(error: { code: string; message: string; exitCode: number }): void {
  report({ error }, styled`${red('rocketeer:')} `, error.message)
}

/** Writes what is missing from the output of a command that goes on: its exit code is `EXIT_FAILED` all the same. */
export function warnOfMissing(about: string, text: string): void {
  warn(about, text)
  process.exitCode = EXIT_FAILED
}

/** Warns of nameservers that did not take a change: their clients go on as before. */
export function warnOfMissed(missed: readonly { address: string; answer: string }[]): void {
  for (const { address, answer } of missed)
    warnOfMissing('not changed', `the nameserver ${address} ${answer}; repeat the command when it is back`)
}

function codeOf(error: unknown): string {
  if (error instanceof UsageError || error instanceof CommandFailed || isRocketeerError(error))
    return error.code
  // What the operating system refuses, such as EACCES for a directory, explains itself.
  if (error instanceof Error && 'syscall' in error && 'code' in error) return String(error.code)
  return 'UNEXPECTED'
}
