import { parseOptions } from '@rocketeer/foundation'
import { describe, expect, it } from 'vitest'
import { clientOptionsSchema } from './client-options.js'
import { Session } from './session.js'

// Nothing listens there.
const options = { nameservers: '127.0.0.1:1' }
const session = () => new Session(parseOptions(clientOptionsSchema, options, 'connect'))

describe('a session', () => {
  it('that reaches no nameserver says so', async () => {
    const alone = session()
    await expect(alone.connect()).rejects.toMatchObject({ code: 'NAMESERVERS_UNREACHABLE' })
    await alone.close()
  })

  it('waits for a nameserver as long as it may, and says so', async () => {
    const waiting = new Session(parseOptions(clientOptionsSchema, { ...options, waitMs: 300 }, 'connect'))
    const problems: unknown[] = []
    waiting.tellClient = ({ error }) => problems.push(error) > 0
    const startedAt = performance.now()
    await expect(waiting.connect()).rejects.toMatchObject({
      code: 'NAMESERVERS_UNREACHABLE',
      details: { waitMs: 300 },
    })
    // After 100 to 150 ms; there was no time for another round.
    expect(performance.now() - startedAt).toBeGreaterThan(95)
    expect(problems).toMatchObject([{ code: 'NAMESERVERS_AWAITED' }])
    await waiting.close()
  })

  it('closes consumers before producers, which they may send with, and then is closed', async () => {
    const closed: string[] = []
    const open = session()
    open.addProducer('shop', closing('producer', closed))
    open.addConsumer('coupon', {
      ...closing('consumer', closed),
      consumeType: 'CONSUME_PASSIVELY',
      ordered: false,
      concurrency: 1,
      startedAt: 0,
      backlog: [],
      subscriptions: [],
      rebalance: async () => {},
      resetOffsets: async () => {},
    })
    expect(() => open.checkNoConsumerOf('coupon')).toThrow(expect.objectContaining({ code: 'GROUP_IN_USE' }))
    await Promise.all([open.close(), open.close()])
    expect(closed).toEqual(['consumer', 'producer'])
    expect(() => open.checkOpen()).toThrow(expect.objectContaining({ code: 'CLOSED' }))
  })
})

function closing(what: string, closed: string[]) {
  return {
    close: async () => {
      await Promise.resolve()
      closed.push(what)
    },
  }
}
