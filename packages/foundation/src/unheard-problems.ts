import { isRocketeerError, messageOf } from './errors.js'

/** Kinds that this process has been warned of. */
const warned = new Set<string>()

/** Users choose the classes of what they throw, so the number of kinds has a bound. */
const KINDS_MAX = 100

/** A problem for which nobody listens. */
export interface UnheardProblem {
  readonly error: unknown
  /** What has the problem, for example `the consumer (group "coupon")`. */
  readonly subject: string
  /**
   * The code that hears of it, for example `client.on('problem', (error, source) => …)`; undefined where nobody can listen
   * yet.
   */
  readonly howToListen: string | undefined
}

/**
 * Warns the process (`process.emitWarning`) of a problem for which nobody listens: once for each error code, and for
 * other errors once for each class.
 */
export function warnOfUnheard({ error, subject, howToListen }: UnheardProblem): void {
  const kind = kindOf(error)
  if (warned.has(kind) || warned.size >= KINDS_MAX) return
  warned.add(kind)
  const code = isRocketeerError(error) ? error.code : undefined
  // What a user's function threw is found by its stack; our own messages say enough.
  const stack = code === undefined && error instanceof Error ? `${error.stack}\n` : ''
  process.emitWarning(`${subject} has a problem: ${messageOf(error)}`, {
    type: 'RocketeerWarning',
    ...(code !== undefined && { code }),
    detail: stack + (howToListen === undefined ? '' : advice(howToListen)),
  })
}

/** For tests, of which many files run in one process: the next problem of each kind is a warning again. */
export function forgetWarnings(): void {
  warned.clear()
}

function advice(howToListen: string): string {
  return `Nobody listens for problems, so this is the only warning of this kind. To hear of every one: ${howToListen}`
}

function kindOf(error: unknown): string {
  if (isRocketeerError(error)) return error.code
  return error instanceof Error ? error.constructor.name : typeof error
}
