import { describe, expect, it } from 'vitest'
import { fakeMessage } from './fake-message.js'

describe('fakeMessage', () => {
  it('has a value for everything a handler may read', () => {
    const message = fakeMessage()
    expect(message).toMatchObject({
      topic: 'test',
      tag: undefined,
      keys: [],
      reconsumeTimes: 0,
      queueOffset: 0,
    })
    expect(message.text()).toBe('body')
    expect(message.queue).toEqual({ topic: 'test', brokerName: 'broker-a', queueId: 0 })
    expect(message.messageId).toMatch(/^[0-9A-F]{32}$/)
    expect(fakeMessage().messageId).not.toBe(message.messageId)
    expect(message.storeTimestamp).toBe(message.bornTimestamp)
    expect(() => JSON.stringify(message)).not.toThrow()
  })

  it('is what its options say, as if a producer had sent that', () => {
    const message = fakeMessage({
      topic: 'order-paid',
      key: 'order-1',
      tag: 'vip',
      orderKey: 'customer-1',
      properties: { amount: '7' },
      body: JSON.stringify({ id: 1 }),
      messageId: 'm-1',
      reconsumeTimes: 2,
      queueId: 3,
      queueOffset: 40,
      bornTimestamp: new Date(1_000),
    })
    expect(message).toMatchObject({
      ...{ topic: 'order-paid', key: 'order-1', tag: 'vip', orderKey: 'customer-1', messageId: 'm-1' },
      ...{ reconsumeTimes: 2, queueOffset: 40, bornTimestamp: 1_000, userProperties: { amount: '7' } },
    })
    expect(message.json()).toEqual({ id: 1 })
    expect(message.queue.queueId).toBe(3)
  })

  it('refuses what a producer would refuse', () => {
    expect(() => fakeMessage({ body: '' })).toThrow(expect.objectContaining({ code: 'MESSAGE_INVALID' }))
    expect(() => fakeMessage({ topic: 'a b' })).toThrow(expect.objectContaining({ code: 'TOPIC_INVALID' }))
  })
})
