import type { z } from '@rocketeer/foundation'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  apacheNames,
  type NameserverConfig,
  type NameserverConfigInput,
  nameserverOptionsSchema,
  parseNameserverOptions,
} from './options.js'

describe('the options of a nameserver', () => {
  it('all have a name of Apache, except brokerExpiryMs', () => {
    const ours = Object.keys(nameserverOptionsSchema.shape)
    expect(ours.filter((option) => !(option in apacheNames))).toEqual(['brokerExpiryMs'])
    expect(Object.keys(apacheNames).filter((option) => !ours.includes(option))).toEqual([])
  })

  it('are named in the error about an option given by its name of Apache', () => {
    expect(() => parseNameserverOptions({ orderMessageEnable: true, nobody: 1 } as object)).toThrow(
      'nameserver options: "orderMessageEnable" is called "orderTopics" here; unknown option "nobody"',
    )
  })

  it('are what their schema takes, and the config what it gives', () => {
    expectTypeOf<z.input<typeof nameserverOptionsSchema>>().toEqualTypeOf<NameserverConfigInput>()
    expectTypeOf<Readonly<z.output<typeof nameserverOptionsSchema>>>().toEqualTypeOf<NameserverConfig>()
  })
})
