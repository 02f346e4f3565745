import { parseOptions, z } from '@rocketeer/foundation'
import type { SqlDialect } from './sql-database.js'

const schema = z.looseObject({ dialect: z.enum(['mysql', 'postgres', 'sqlite']) })

/** The dialect that an adapter was told, because its library does not say it. Throws `OPTION_INVALID`. */
export function dialectIn(options: { readonly dialect: SqlDialect }, adapter: string): SqlDialect {
  return parseOptions(schema, options, adapter).dialect
}
