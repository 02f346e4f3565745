import { RocketeerError } from './errors.js'

/**
 * Why a request is not carried out. It has no stack trace: it says something about the request and nothing about our
 * code, and a broker under overload makes thousands of them in a second.
 */
export class Refusal<Details extends object = object> extends RocketeerError<Details, string> {
  declare readonly responseCode: number
  /** Header fields that the answer has besides code and text; a command without such a field leaves it out. */
  readonly fields: object | undefined

  constructor(code: string, row: RefusalRow<Details>, details: Details, cause: unknown) {
    const options = cause === undefined ? undefined : { cause }
    super(code, row.message(details), row.retryable ?? false, details, row.responseCode, options)
    this.fields = row.fields
  }
}

export interface RefusalRow<Details extends object> {
  /** The remark of the answer: why the request is not carried out and, where there is something to do, what to do. */
  message: (details: Details) => string
  /** RocketMQ response code of the answer. */
  responseCode: number
  retryable?: boolean
  fields?: object
}

export type RefusalFactories<Table> = {
  readonly [Code in keyof Table]: Table[Code] extends RefusalRow<infer Details>
    ? (details: Details, cause?: unknown) => Refusal<Details>
    : never
}

/** Describes one row; exists so that TypeScript infers the details of each row on its own. */
export function refusalRow<Details extends object>(row: RefusalRow<Details>): RefusalRow<Details> {
  return row
}

/** Turns a table of refusals into factories: `throw refusals.TOPIC_NOT_EXIST({ topic })`. */
// biome-ignore lint/suspicious/noExplicitAny: rows differ in their details; the mapped type restores each one
export function defineRefusals<Table extends Record<string, RefusalRow<any>>>(
  table: Table,
): RefusalFactories<Table> {
  const factories: Record<string, unknown> = {}
  for (const [code, row] of Object.entries(table)) {
    factories[code] = (details: object, cause?: unknown) => {
      const { stackTraceLimit } = Error
      Error.stackTraceLimit = 0
      try {
        return new Refusal(code, row, details, cause)
      } finally {
        Error.stackTraceLimit = stackTraceLimit
      }
    }
  }
  return factories as RefusalFactories<Table>
}
