import { ManualClock } from '@rocketeer/foundation'
import { beforeEach, describe, expect, it } from 'vitest'
import { clientErrors } from '../errors.js'
import { MissingTopics } from './missing-topics.js'

const missing = (topic: string, advice: string) =>
  clientErrors.NO_ROUTE({ topic, brokersKnown: 1, nearest: undefined, asked: [], advice })

describe('a missing topic', () => {
  let clock: ManualClock
  let topics: MissingTopics

  beforeEach(() => {
    clock = new ManualClock(0)
    topics = new MissingTopics(clock)
  })

  it('is reported once, and again when there is something new to say', async () => {
    // Somebody may just be creating it, however often it is looked up meanwhile.
    expect(topics.isNews('orders', missing('orders', 'start a broker'))).toBe(false)
    expect(topics.isNews('orders', missing('orders', 'start a broker'))).toBe(false)
    await clock.advance(1_000)
    expect(topics.isNews('bills', missing('bills', 'start a broker'))).toBe(false)
    expect(topics.isNews('orders', missing('orders', 'start a broker'))).toBe(true)
    expect(topics.isNews('orders', missing('orders', 'start a broker'))).toBe(false)
    await clock.advance(1_000)
    expect(topics.isNews('bills', missing('bills', 'start a broker'))).toBe(true)
    expect(topics.isNews('orders', missing('orders', 'create it'))).toBe(true)
    expect(topics.isNews('orders', missing('orders', 'create it'))).toBe(false)
  })

  it('is reported again when it was there meanwhile', async () => {
    const round = async () => {
      const isNews = topics.isNews('orders', missing('orders', 'create it'))
      await clock.advance(1_000)
      return isNews
    }
    expect([await round(), await round(), await round()]).toEqual([false, true, false])
    topics.found('orders')
    expect([await round(), await round(), await round()]).toEqual([false, true, false])
  })

  it('hides no other failure', () => {
    const error = clientErrors.CLOSED({ what: 'broker' })
    expect([topics.isNews('orders', error), topics.isNews('orders', error)]).toEqual([true, true])
  })
})
