import { z } from 'zod'
import { optionErrors } from './errors.js'
import { nearestName } from './nearest-name.js'
import { checkValue } from './value-check.js'

export interface OptionsSubject {
  /** Whose options they are, for the text of the error. */
  readonly subject: string
  /** Our name of an option that goes by another name elsewhere (Apache's); undefined for any other. */
  readonly nameHere: (option: string) => string | undefined
}

/**
 * What `parseOptions` makes of options whose type is written by hand: every one is there, with its default unless given.
 * Those that `WithoutDefault` names are still optional.
 */
export type ConfigOf<Options, WithoutDefault extends keyof Options = never> = Flat<
  {
    readonly [Option in keyof Options as Exclude<Option, WithoutDefault>]-?: Exclude<
      Options[Option],
      undefined
    >
  } & { readonly [Option in keyof Options as Extract<Option, WithoutDefault>]: Options[Option] }
>

/** The same members, as editors should show them. */
type Flat<Members> = { [Name in keyof Members]: Members[Name] }

/**
 * Options in, frozen config out. Unknown names and impossible values are refused with the reason (`OPTION_INVALID`).
 * `schema` should be a `z.strictObject` whose fields carry their defaults.
 */
export function parseOptions<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  about: string | OptionsSubject,
): Readonly<z.output<Schema>> {
  const parsed = checkValue(schema, input ?? {})
  if (parsed.success) return Object.freeze(parsed.data)
  const { subject, nameHere }: Partial<OptionsSubject> & { subject: string } =
    typeof about === 'string' ? { subject: about } : about
  const { issues } = parsed.error
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [],
  )
  const known = namesOf(schema)
  // A client or a producer, for example, in place of options: each of its fields would be an unknown one.
  if (unknown.length > 0 && isOfClass(input) && !known.some((name) => name in input))
    throw optionErrors.OPTION_INVALID({
      subject,
      problems: [`an object with options is needed, not one of the class ${input.constructor.name}`],
    })
  const meant = new Set(unknown.map((key) => nameHere?.(key) ?? nearestName(key, known)))
  const problems = issues.flatMap((issue) => {
    const path = issue.path.join('.')
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) =>
        path ? aboutUnknown(`${path}.${key}`) : aboutUnknown(key, nameHere?.(key), known),
      )
    if (!path) return issue.message
    if (valueAt(input, issue.path) !== undefined) return `"${path}": ${issue.message}`
    // It was given under a wrong name, of which another problem tells.
    return meant.has(path) ? [] : `"${path}" is missing`
  })
  throw optionErrors.OPTION_INVALID({ subject, problems })
}

function isOfClass(input: unknown): input is object {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return false
  const made: unknown = input.constructor
  return typeof made === 'function' && made.name !== 'Object'
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input
  for (const key of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key]
  return value
}

function aboutUnknown(option: string, nameHere?: string, known: readonly string[] = []): string {
  if (nameHere !== undefined) return `"${option}" is called "${nameHere}" here`
  const meant = nearestName(option, known)
  return `unknown option "${option}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`
}

function namesOf(schema: z.ZodType): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}

export { z }
