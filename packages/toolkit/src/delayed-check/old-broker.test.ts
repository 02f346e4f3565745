import type { Client, MessageToSend } from '@rocketeer/client'
import { fakeMessage } from '@rocketeer/client/testing'
import { isRocketeerError, ManualClock } from '@rocketeer/foundation'
import { describe, expect, it } from 'vitest'
import { delayedCheck } from './delayed-check.js'

const MINUTE = 60_000
const TOPIC = 'order-unpaid'
const clock = new ManualClock()

describe('with a broker that knows no timers and delivers at once', () => {
  it('goes by delay levels from the first early delivery on', async () => {
    const sent: MessageToSend[] = []
    let handle: ((message: unknown, context: unknown) => Promise<void>) | undefined
    const closing = { close: () => Promise.resolve() }
    const oldBroker = {
      producer: () => ({
        ...closing,
        send: (message: MessageToSend) => Promise.resolve(sent.push(message) && {}),
      }),
      consumer: (options: { handle: typeof handle }) => {
        handle = options.handle
        return { ...closing, on: () => {}, ready: Promise.resolve() }
      },
    } as unknown as Client
    const problems: string[] = []
    const unpaid = delayedCheck(oldBroker, { topic: TOPIC, group: 'order-close', clock, check: () => {} })
    unpaid.on('problem', (error) => problems.push(isRocketeerError(error) ? error.code : String(error)))
    const deliver = async () => {
      const { body, deliverAfterMs } = sent.at(-1)!
      const message = fakeMessage({ topic: TOPIC, body })
      const waits = deliverAfterMs === undefined ? {} : { TIMER_DELAY_MS: String(deliverAfterMs) }
      Object.assign(message, { properties: { ...message.properties, ...waits } })
      await handle!(message, { signal: new AbortController().signal })
    }
    await unpaid.schedule('order-7')
    expect(sent.at(-1)).toMatchObject({ deliverAfterMs: 30 * MINUTE })
    await deliver()
    expect(sent.at(-1)).toMatchObject({ delayLevel: 16 })
    expect(unpaid.status).toMatchObject({ timing: 'levels', early: 1 })
    expect(problems).toEqual(['TIMERS_UNKNOWN'])
    await unpaid.schedule('order-8', { afterMs: MINUTE })
    expect(sent.at(-1)).toMatchObject({ delayLevel: 5 })
  })
})
