import type { z } from 'zod'

/** Checks a value as the schema says. Issues say what is needed instead, unless the schema has a text of its own. */
export function checkValue<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.ZodSafeParseResult<z.output<Schema>> {
  return schema.safeParse(value, { error: textOf })
}

/** What `checkValue` makes of the value. Throws an error whose text names the first member that does not fit. */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const { success, data, error } = checkValue(schema, value)
  if (success) return data
  const { path, message } = error.issues[0]!
  throw new Error(path.length === 0 ? message : `"${path.join('.')}": ${message}`)
}

/** What zod knows of a value that does not fit. */
type Issue = z.core.$ZodRawIssue

/** `a number is needed, not the string "5"` */
function textOf(issue: Issue): string {
  const needed = neededBy(issue)
  if (needed === undefined) return `this value is not allowed: ${shown(issue.input)}`
  return issue.input === undefined ? `${needed} is needed` : `${needed} is needed, not ${shown(issue.input)}`
}

/** What is needed in place of the value, as in `a number above 0`; undefined when the issue does not tell. */
function neededBy(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return typeInWords(issue.expected, issue.input)
    case 'invalid_value':
      return orList(issue.values.map((value) => (typeof value === 'string' ? `"${value}"` : String(value))))
    case 'too_small':
      return boundInWords(issue.origin, issue.minimum, issue.inclusive ? 'of at least' : 'above')
    case 'too_big':
      return boundInWords(issue.origin, issue.maximum, issue.inclusive ? 'of at most' : 'below')
    case 'invalid_format':
      return issue.format === 'url' ? 'a URL' : undefined
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    case 'invalid_union':
      return unionInWords(issue.errors, issue.input)
    default:
      return undefined
  }
}

const typesInWords: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  function: 'a function',
  date: 'a valid Date',
}

function typeInWords(type: string, value: unknown): string {
  if (type === 'number' && typeof value === 'number') return 'a finite number'
  return typesInWords[type] ?? (/^[aeiou]/i.test(type) ? `an ${type}` : `a ${type}`)
}

/** Bounds of strings and lists are always inclusive. */
function boundInWords(origin: string, bound: number | bigint, relation: string): string {
  if (origin === 'string')
    return bound === 1 ? 'a string that is not empty' : `a string ${relation} ${bound} characters`
  if (origin === 'array') return `a list ${relation} ${bound === 1 ? 'one entry' : `${bound} entries`}`
  return `a number ${relation} ${bound}`
}

/** `errors`: for each member of the union, why the value is none of it. */
function unionInWords(errors: readonly (readonly z.core.$ZodIssue[])[], value: unknown): string | undefined {
  const needed = errors.flatMap(([issue]) =>
    issue === undefined || issue.path.length > 0 ? [] : (neededBy({ ...issue, input: value } as Issue) ?? []),
  )
  return needed.length === 0 ? undefined : orList([...new Set(needed)])
}

function orList(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(', ')} or ${parts.at(-1)}`
}

const CHARACTERS_SHOWN = 40

/** A value as an error names it: short, and what has members by its kind alone. */
function shown(value: unknown): string {
  if (typeof value === 'string') return stringInWords(value)
  if (typeof value === 'bigint') return `the bigint ${value}n`
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'symbol') return 'a symbol'
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date'
  return 'an object'
}

function stringInWords(value: string): string {
  if (value === '') return 'an empty string'
  return value.length > CHARACTERS_SHOWN
    ? `a string of ${value.length} characters`
    : `the string ${JSON.stringify(value)}`
}
