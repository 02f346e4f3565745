import { describe, expect, it } from 'vitest'
import { clientErrors } from '../errors.js'
import { MissingTopics } from './missing-topics.js'

const missing = (topic: string, advice: string) =>
  clientErrors.NO_ROUTE({ topic, brokersKnown: 1, nearest: undefined, asked: [], advice })

describe('a missing topic', () => {
  it('is reported once, and again when there is something new to say', () => {
    const topics = new MissingTopics()
    // Somebody may just be creating it.
    expect(topics.isNews('orders', missing('orders', 'start a broker'))).toBe(false)
    expect(topics.isNews('bills', missing('bills', 'start a broker'))).toBe(false)
    expect(topics.isNews('orders', missing('orders', 'start a broker'))).toBe(true)
    expect(topics.isNews('orders', missing('orders', 'start a broker'))).toBe(false)
    expect(topics.isNews('bills', missing('bills', 'start a broker'))).toBe(true)
    expect(topics.isNews('orders', missing('orders', 'create it'))).toBe(true)
    expect(topics.isNews('orders', missing('orders', 'create it'))).toBe(false)
  })

  it('is reported again when it was there meanwhile', () => {
    const topics = new MissingTopics()
    const round = () => topics.isNews('orders', missing('orders', 'create it'))
    expect([round(), round(), round()]).toEqual([false, true, false])
    topics.found('orders')
    expect([round(), round(), round()]).toEqual([false, true, false])
  })

  it('hides no other failure', () => {
    const topics = new MissingTopics()
    const error = clientErrors.CLOSED({ what: 'broker' })
    expect([topics.isNews('orders', error), topics.isNews('orders', error)]).toEqual([true, true])
  })
})
