import { z } from 'zod'
import { defineErrors, errorRow } from './errors.js'

export const optionErrors = defineErrors({
  OPTION_INVALID: errorRow<{ subject: string; problems: string[] }>({
    message: ({ subject, problems }) => `${subject}: ${problems.join('; ')}`,
  }),
})

declare module './errors.js' {
  interface ErrorTables {
    foundation: typeof optionErrors
  }
}

/**
 * Options in, frozen config out. Unknown names and impossible values are refused with the reason (`OPTION_INVALID`).
 * `schema` should be a `z.strictObject` whose fields carry their defaults.
 */
export function parseOptions<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  subject: string,
): Readonly<z.output<Schema>> {
  const parsed = schema.safeParse(input ?? {})
  if (parsed.success) return Object.freeze(parsed.data)
  const problems = parsed.error.issues.map((issue) => {
    const path = issue.path.join('.')
    if (issue.code === 'unrecognized_keys')
      return `unknown option ${issue.keys.map((key) => `"${key}"`).join(', ')}`
    return path ? `"${path}": ${lowerFirst(issue.message)}` : issue.message
  })
  throw optionErrors.OPTION_INVALID({ subject, problems })
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

export { z }
