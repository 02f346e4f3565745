import { decodeProperties } from '@rocketeer/protocol/record'
import { describe, expect, it } from 'vitest'
import { type MessageToSend, prepareMessage } from './outgoing.js'
import { createMessageId } from './unique-id.js'

const BYTES_MAX = 1024
const limits = { messageBytesMax: BYTES_MAX, delayLevelMax: 18 }
const prepare = (message: Record<string, unknown>) =>
  prepareMessage({ topic: 'orders', body: 'x', ...message } as MessageToSend, limits)
const withCode = (code: string) => expect.objectContaining({ code })

describe('prepareMessage', () => {
  it('names keys, tag and delay as RocketMQ does', () => {
    const { properties, messageId, body } = prepare({
      keys: ['k1', 'k2'],
      tag: 'paid',
      delayLevel: 3,
      properties: { shop: 'north' },
    })
    expect(decodeProperties(properties)).toEqual({
      UNIQ_KEY: messageId,
      KEYS: 'k1 k2',
      TAGS: 'paid',
      DELAY: '3',
      shop: 'north',
    })
    expect(body.toString()).toBe('x')
  })

  it('names priority and order key as RocketMQ does', () => {
    const { properties } = prepareMessage({ topic: 'orders', body: 'x', priority: 0 }, limits)
    expect(decodeProperties(properties)._SYS_MSG_PRIORITY_).toBe('0')
    const ordered = prepareMessage({ topic: 'orders', body: 'x' }, limits, 'order-7').properties
    expect(decodeProperties(ordered).__SHARDINGKEY).toBe('order-7')
  })

  it.each([
    [{ deliverAt: new Date(1_700_000_000_500) }, { TIMER_DELIVER_MS: '1700000000500' }],
    [{ deliverAt: 1_700_000_000_500.2 }, { TIMER_DELIVER_MS: '1700000000501' }],
    [{ deliverAfterMs: 0 }, { TIMER_DELAY_MS: '0' }],
  ])('says when to deliver as RocketMQ does: %j', (message, expected) => {
    expect(decodeProperties(prepare(message).properties)).toMatchObject(expected)
  })

  it('gives each message an id of its own', () => {
    const ids = Array.from({ length: 1000 }, () => prepare({}).messageId)
    expect(new Set(ids).size).toBe(1000)
    expect(ids[0]).toMatch(/^[0-9A-F]{32}$/)
  })

  it('keeps the id of a message that may have been sent before', () => {
    const messageId = createMessageId()
    const prepared = prepare({ messageId })
    expect(prepared.messageId).toBe(messageId)
    expect(decodeProperties(prepared.properties).UNIQ_KEY).toBe(messageId)
  })

  it('takes text and any bytes', () => {
    expect(prepare({ body: 'ü' }).body).toEqual(Buffer.from([0xc3, 0xbc]))
    const bytes = new Uint8Array([9, 1, 2, 9]).subarray(1, 3)
    expect(prepare({ body: bytes }).body).toEqual(Buffer.from([1, 2]))
  })

  it.each([
    [{ messageId: 'order-7' }, 'MESSAGE_INVALID'],
    [{ messageId: 7 }, 'MESSAGE_INVALID'],
    [{ body: { id: 1 } }, 'MESSAGE_INVALID'],
    [{ body: [1] }, 'MESSAGE_INVALID'],
    [{ body: 5 }, 'MESSAGE_INVALID'],
    [{ body: undefined }, 'MESSAGE_INVALID'],
    [{ body: '' }, 'MESSAGE_INVALID'],
    [{ body: 'x'.repeat(BYTES_MAX + 1) }, 'MESSAGE_TOO_LARGE'],
    [{ key: 'a', keys: ['b'] }, 'MESSAGE_INVALID'],
    [{ key: 7 }, 'MESSAGE_INVALID'],
    [{ key: null }, 'MESSAGE_INVALID'],
    [{ key: '' }, 'MESSAGE_INVALID'],
    [{ key: 'order 1' }, 'MESSAGE_INVALID'],
    [{ key: 'order\u00a01' }, 'MESSAGE_INVALID'],
    [{ key: 'half \ud83d' }, 'MESSAGE_INVALID'],
    [{ keys: 'a' }, 'MESSAGE_INVALID'],
    [{ keys: null }, 'MESSAGE_INVALID'],
    [{ keys: ['a b', 'c'] }, 'MESSAGE_INVALID'],
    [{ keys: ['a', ''] }, 'MESSAGE_INVALID'],
    [{ keys: ['a', 1] }, 'MESSAGE_INVALID'],
    [{ tag: '' }, 'MESSAGE_INVALID'],
    [{ tag: '*' }, 'MESSAGE_INVALID'],
    [{ tag: 'a||b' }, 'MESSAGE_INVALID'],
    [{ tag: ' a' }, 'MESSAGE_INVALID'],
    [{ tag: ['a'] }, 'MESSAGE_INVALID'],
    [{ tag: null }, 'MESSAGE_INVALID'],
    [{ tag: '\ud83d' }, 'MESSAGE_INVALID'],
    [{ delayLevel: Number.NaN }, 'MESSAGE_INVALID'],
    [{ delayLevel: null }, 'MESSAGE_INVALID'],
    [{ delayLevel: '3' }, 'MESSAGE_INVALID'],
    [{ delayLevel: 19 }, 'MESSAGE_INVALID'],
    [{ deliverAt: Number.NaN }, 'MESSAGE_INVALID'],
    [{ deliverAt: null }, 'MESSAGE_INVALID'],
    [{ deliverAt: '1700000000500' }, 'MESSAGE_INVALID'],
    [{ deliverAt: 2 ** 53 }, 'MESSAGE_INVALID'],
    [{ deliverAfterMs: '5' }, 'MESSAGE_INVALID'],
    [{ deliverAfterMs: Number.NaN }, 'MESSAGE_INVALID'],
    [{ flag: 1.5 }, 'MESSAGE_INVALID'],
    [{ flag: Number.NaN }, 'MESSAGE_INVALID'],
    [{ flag: 2 ** 31 }, 'MESSAGE_INVALID'],
    [{ flag: null }, 'MESSAGE_INVALID'],
    [{ properties: null }, 'MESSAGE_INVALID'],
    [{ properties: ['a'] }, 'MESSAGE_INVALID'],
    [{ properties: new Map([['a', 'b']]) }, 'MESSAGE_INVALID'],
    [{ properties: { a: undefined } }, 'MESSAGE_INVALID'],
    [{ properties: { CLUSTER: 'x' } }, 'MESSAGE_INVALID'],
    [{ properties: { 'half \ud83d': 'x' } }, 'MESSAGE_INVALID'],
    [{ tags: 'a' }, 'MESSAGE_INVALID'],
    [{ tag: 'a\u0001b' }, 'MESSAGE_INVALID'],
    [{ delayLevel: 1.5 }, 'MESSAGE_INVALID'],
    [{ delayLevel: -1 }, 'MESSAGE_INVALID'],
    [{ deliverAt: new Date('soon') }, 'MESSAGE_INVALID'],
    [{ deliverAfterMs: -1 }, 'MESSAGE_INVALID'],
    [{ deliverAfterMs: Number.POSITIVE_INFINITY }, 'MESSAGE_INVALID'],
    [{ deliverAfterMs: 1, delayLevel: 1 }, 'MESSAGE_INVALID'],
    [{ priority: -1 }, 'MESSAGE_INVALID'],
    [{ priority: 1.5 }, 'MESSAGE_INVALID'],
    [{ priority: '1' }, 'MESSAGE_INVALID'],
    [{ priority: 2 ** 31 }, 'MESSAGE_INVALID'],
    [{ priority: 1, delayLevel: 1 }, 'MESSAGE_INVALID'],
    [{ priority: 1, deliverAfterMs: 1 }, 'MESSAGE_INVALID'],
    [{ properties: { TIMER_DELIVER_MS: '1' } }, 'MESSAGE_INVALID'],
    [{ properties: { __SHARDINGKEY: 'k' } }, 'MESSAGE_INVALID'],
    [{ properties: { TAGS: 'x' } }, 'MESSAGE_INVALID'],
    [{ properties: { '': 'x' } }, 'MESSAGE_INVALID'],
    [{ properties: { count: 3 } }, 'MESSAGE_INVALID'],
    [{ properties: { long: 'ü'.repeat(14_350) } }, 'MESSAGE_TOO_LARGE'],
    [{ topic: '' }, 'TOPIC_INVALID'],
    [{ topic: 'order paid' }, 'TOPIC_INVALID'],
    [{ topic: 'x'.repeat(128) }, 'TOPIC_INVALID'],
    [{ topic: 'SCHEDULE_TOPIC_XXXX' }, 'TOPIC_INVALID'],
  ])('refuses %j with %s', (message, code) => {
    expect(() => prepare(message)).toThrow(withCode(code))
  })

  it.each([
    ['tags', '"tag"'],
    ['headers', '"properties"'],
    ['payload', '"body"'],
    ['delaylevel', '"delayLevel"'],
    ['delayTimeLevel', '"delayLevel"'],
    ['orderKey', 'an option of the send'],
    ['somethingElse', 'goes into "properties"'],
  ])('says for the field "%s" what is meant: %s', (field, meant) => {
    expect(() => prepare({ [field]: 'x' })).toThrow(meant)
    expect(() => prepare({ [field]: undefined })).not.toThrow()
  })

  it('takes the names that objects inherit as names of properties, keys and tags', () => {
    const own = Object.fromEntries(['__proto__', 'constructor', 'toString'].map((name) => [name, 'x']))
    const { properties } = prepare({ properties: own, key: '__proto__', tag: 'constructor' })
    expect(Object.entries(decodeProperties(properties)).slice(1)).toEqual([
      ['KEYS', '__proto__'],
      ['TAGS', 'constructor'],
      ...Object.entries(own),
    ])
  })

  it('takes the levels that the brokers of a producer have', () => {
    const message = { topic: 'orders', body: 'x', delayLevel: 20 }
    expect(() => prepareMessage(message, limits)).toThrow(withCode('MESSAGE_INVALID'))
    const { properties } = prepareMessage(message, { ...limits, delayLevelMax: 20 })
    expect(decodeProperties(properties).DELAY).toBe('20')
  })
})
