import { expect, it } from 'vitest'
import { drizzleDatabase } from './drizzle-database.js'
import { knexDatabase } from './knex-database.js'
import { kyselyDatabase } from './kysely-database.js'
import { prismaDatabase } from './prisma-database.js'

it.each(Object.entries({ drizzleDatabase, knexDatabase, kyselyDatabase, prismaDatabase }))(
  '%s refuses a dialect that is missing or unknown',
  (name, adapter) => {
    for (const options of [undefined, {}, { dialect: 'oracle' }])
      expect(() => (adapter as (library: object, options?: object) => object)({}, options)).toThrow(
        expect.objectContaining({
          code: 'OPTION_INVALID',
          details: expect.objectContaining({ subject: name }),
        }),
      )
  },
)
