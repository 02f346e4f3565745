/**
 * The error tables of the packages a program imports. Each package adds its own, under its name, by declaration merging:
 * so `ErrorCode` knows every code the program can meet, and no package needs to know those above it.
 */
export interface ErrorTables {
  foundation: typeof optionErrors
}

/** The code of any Rocketeer error. */
export type ErrorCode = {
  [Package in keyof ErrorTables]: keyof ErrorTables[Package]
}[keyof ErrorTables] &
  string

/** The details of errors with this code; where two packages have the code, those of either. */
export type ErrorDetails<Code extends ErrorCode> = {
  [Package in keyof ErrorTables]: ErrorTables[Package] extends {
    readonly [Each in Code]: (details: infer Details, cause?: unknown) => unknown
  }
    ? Details
    : never
}[keyof ErrorTables] &
  object

/** Marks the errors of every copy of this package: a program may have two, in which `instanceof` fails. */
const MARK = Symbol.for('rocketeer.error')

/** What every Rocketeer error has in common; users match `code`, never the text. */
export class RocketeerError<Details extends object = object, Code extends string = ErrorCode> extends Error {
  override readonly name = 'RocketeerError'
  /** RocketMQ response code to answer with when a handler throws this, if it has one. */
  declare readonly responseCode?: number
  constructor(
    /** Stable, upper-case, for example `NO_ROUTE`. */
    readonly code: Code,
    message: string,
    /** True when the same call may succeed later without a change by the caller. */
    readonly retryable: boolean,
    /** The facts the message was made of. */
    readonly details: Details,
    responseCode: number | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options)
    // Errors without one need not show `undefined` where they are printed.
    if (responseCode !== undefined) this.responseCode = responseCode
  }
}

Object.defineProperty(RocketeerError.prototype, MARK, { value: true })

export interface ErrorRow<Details extends object> {
  /** Says what happened and, where there is something to do, what to do. */
  message: (details: Details) => string
  retryable?: boolean
  responseCode?: number
}

type ErrorFactories<Table> = {
  readonly [Code in keyof Table]: Table[Code] extends ErrorRow<infer Details>
    ? (details: Details, cause?: unknown) => RocketeerError<Details, Code & string>
    : never
}

/** Describes one row; exists so that TypeScript infers the details of each row on its own. */
export function errorRow<Details extends object>(row: ErrorRow<Details>): ErrorRow<Details> {
  return row
}

/**
 * Turns a package's table of errors into factories: `throw storeErrors.DISK_FULL({ path, usedPercent })`.
 * One table per package keeps codes unique and the texts in one place.
 */
// biome-ignore lint/suspicious/noExplicitAny: rows differ in their details; the mapped type restores each one
export function defineErrors<Table extends Record<string, ErrorRow<any>>>(
  table: Table,
): ErrorFactories<Table> {
  const factories: Record<string, unknown> = {}
  for (const [code, row] of Object.entries(table)) {
    const factory = (details: object, cause?: unknown) => {
      const error = new RocketeerError(
        code,
        row.message(details),
        row.retryable ?? false,
        details,
        row.responseCode,
        cause === undefined ? undefined : { cause },
      )
      // The stack begins where the error is thrown.
      Error.captureStackTrace(error, factory)
      return error
    }
    factories[code] = factory
  }
  return factories as ErrorFactories<Table>
}

/** Whether an error is one of Rocketeer's, and has this code if one is given; then `details` are known, too. */
export function isRocketeerError<Code extends ErrorCode>(
  error: unknown,
  code: Code,
): error is RocketeerError<ErrorDetails<Code>, Code>
export function isRocketeerError(error: unknown): error is RocketeerError
export function isRocketeerError(error: unknown, code?: string): error is RocketeerError {
  const { [MARK]: mark, code: itsCode } = (error ?? {}) as { [MARK]?: unknown; code?: unknown }
  return mark === true && (code === undefined || itsCode === code)
}

/**
 * Gives an error that a timer or a socket made the stack of the program that waits for it. Call it in the async function
 * that caught the error: V8 knows who awaits that one, as long as nothing else does.
 */
export function atCaller(error: unknown): unknown {
  if (isRocketeerError(error) && !/\n +at async /.test(error.stack ?? ''))
    Error.captureStackTrace(error, atCaller)
  return error
}

/** The text of anything that was thrown, which may be an object without a text or an error whose message is none. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    return 'something without a text was thrown'
  }
}

/** What can be wrong with options. */
export const optionErrors = defineErrors({
  OPTION_INVALID: errorRow<{ subject: string; problems: string[] }>({
    message: ({ subject, problems }) => `${subject}: ${problems.join('; ')}`,
  }),
})
