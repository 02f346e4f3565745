import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientErrors } from './errors.js'
import { warnOfUnheard } from './unheard-problems.js'

// Kinds are remembered as long as the process runs: each test has kinds of its own.
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
    const error = clientErrors.NOT_A_REQUEST({ messageId: 'M1' })
    const queue = { topic: 'orders', brokerName: 'broker-a', queueId: 3 }
    warnOfUnheard({ error, source: { part: 'consumer', group: 'coupon', ...queue } })
    await emitted()
    expect(warnings).toMatchObject([{ name: 'RocketeerWarning', code: 'NOT_A_REQUEST' }])
    const [{ message, detail }] = warnings as [Error & { detail: string }]
    for (const word of ['consumer', 'coupon', 'orders', 'broker-a', '3', error.message])
      expect(message).toContain(word)
    expect(detail).toContain("on('problem'")
  })

  it('is told once for each class of error, with its stack', async () => {
    for (const error of [new OutOfStock('a'), new OutOfStock('b'), new Unpaid('c')])
      warnOfUnheard({ error, source: {} })
    await emitted()
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('a'),
      expect.stringContaining('c'),
    ])
    expect(warnings[0]!.detail).toContain('unheard-problems.test')
  })
})
