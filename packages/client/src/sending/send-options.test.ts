import { describe, expect, it } from 'vitest'
import type { SendOptions } from './producer-options.js'
import { checkSendOptions } from './send-options.js'

describe('the options of a send', () => {
  it.each<object>([
    {},
    { timeoutMs: 0.5, signal: AbortSignal.abort() },
    { orderKey: '' },
    { queue: { brokerName: 'broker-a', queueId: 0 }, selector: undefined },
    { checkImmunitySeconds: 0 },
  ])('may be %j', (options) => {
    expect(() => checkSendOptions(options as SendOptions)).not.toThrow()
  })

  it.each<object>([
    { timeoutMs: 0 },
    { timeoutMs: Number.NaN },
    { timeoutMs: Number.POSITIVE_INFINITY },
    { timeoutMs: '5' },
    { signal: {} },
    { queue: 3 },
    { queue: null },
    { selector: 'first' },
    { orderKey: 7 },
    { orderKey: 'a', selector: () => undefined },
    { checkImmunitySeconds: 1.5 },
    { timeout: 5 },
    { constructor: 5 },
  ])('cannot be %j', (options) => {
    expect(() => checkSendOptions(options as SendOptions)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    )
  })

  it('are named in the error about one that is nearly right', () => {
    expect(() => checkSendOptions({ orderkey: 'a' } as SendOptions)).toThrow(
      'unknown option "orderkey"; did you mean "orderKey"?',
    )
  })
})
