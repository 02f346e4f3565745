import type { z } from '@rocketeer/foundation'
import { expectTypeOf, it } from 'vitest'
import type { BrokerConfigInput, brokerOptionsSchema } from './options.js'

/** The type is written by hand for its docs, which editors do not get out of schemas. The compiler compares them. */
it('public options are what their schema takes', () => {
  expectTypeOf<z.input<typeof brokerOptionsSchema>>().toEqualTypeOf<BrokerConfigInput>()
})
