import type { z } from '@rocketeer/foundation'
import { expectTypeOf, it } from 'vitest'
import type { BrokerConfig, BrokerConfigInput, brokerOptionsSchema } from './options.js'

/** The types are written by hand for their docs, which editors do not get out of schemas. The compiler compares them. */
it('public options are what their schema takes, and the config what it gives', () => {
  expectTypeOf<z.input<typeof brokerOptionsSchema>>().toEqualTypeOf<BrokerConfigInput>()
  expectTypeOf<Readonly<z.output<typeof brokerOptionsSchema>>>().toEqualTypeOf<BrokerConfig>()
})
