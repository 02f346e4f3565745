import { parseOptions, z } from '@rocketeer/foundation'

/** The dialect that an adapter is told, because its library does not say it. */
const dialect = z.enum(['mysql', 'postgres', 'sqlite'])

/** The options of an adapter: the dialect, and what `more` describes. Throws `OPTION_INVALID`. */
export function adapterOptions<Shape extends z.ZodRawShape>(options: object, adapter: string, more: Shape) {
  return parseOptions(z.strictObject({ dialect, ...more }), options, adapter)
}
