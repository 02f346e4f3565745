import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { optionErrors } from './errors.js'
import { warnOfUnheard } from './unheard-problems.js'

// Kinds are remembered as long as a file runs: each test has kinds of its own.
class OutOfStock extends Error {}
class Unpaid extends Error {}

describe('a problem that nobody hears', () => {
  let warnings: (Error & { code?: string; detail?: string })[]
  const keep = (warning: Error) => warnings.push(warning)
  // Node emits them in the next tick.
  const emitted = () => new Promise((resolve) => setImmediate(resolve))

  beforeEach(() => {
    warnings = []
    process.on('warning', keep)
  })
  afterEach(() => {
    process.off('warning', keep)
  })

  it('becomes a warning of the process that says what happened, where, and how to listen', async () => {
    const error = optionErrors.OPTION_INVALID({ subject: 'connect', problems: ['a nameserver is needed'] })
    warnOfUnheard({ error, subject: 'the consumer (group "coupon")', howToListen: "client.on('problem', …)" })
    await emitted()
    expect(warnings).toMatchObject([{ name: 'RocketeerWarning', code: 'OPTION_INVALID' }])
    const [{ message, detail }] = warnings as [Error & { detail: string }]
    expect(message).toContain('the consumer (group "coupon")')
    expect(message).toContain(error.message)
    expect(detail).toContain("client.on('problem'")
  })

  it('does not advise to listen where nobody can yet', async () => {
    const error = optionErrors.OPTION_INVALID({ subject: 'connect', problems: ['none'] })
    warnOfUnheard({
      error: Object.assign(error, { code: 'NAMESERVERS_AWAITED' }),
      subject: 'the client',
      howToListen: undefined,
    })
    await emitted()
    expect(warnings).toMatchObject([{ code: 'NAMESERVERS_AWAITED', detail: '' }])
  })

  it('is told once for each class of error, with its stack', async () => {
    for (const error of [new OutOfStock('a'), new OutOfStock('b'), new Unpaid('c')])
      warnOfUnheard({ error, subject: 'the shop', howToListen: '' })
    await emitted()
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('a'),
      expect.stringContaining('c'),
    ])
    expect(warnings[0]!.detail).toContain('unheard-problems.test')
  })
})
