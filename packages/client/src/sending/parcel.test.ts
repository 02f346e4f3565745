import { BatchMessages } from '@rocketeer/protocol/bodies'
import { decodeProperties } from '@rocketeer/protocol/record'
import { expect, it } from 'vitest'
import type { MessageToSend } from '../messages/outgoing.js'
import { batchParcel } from './parcel.js'

const limits = { messageBytesMax: 1000, delayLevelMax: 18 }
const one = { topic: 'orders', body: 'x' }
const parcelOf = (messages: unknown) => batchParcel(messages as MessageToSend[], limits, undefined)

it('gives each message an id, and the order key of all', () => {
  const { messageIds, body } = batchParcel([one, { ...one, delayLevel: 0 }], limits, 'k')
  const properties = BatchMessages.decode(body).map((message) => decodeProperties(message.properties))
  expect(properties.map(({ UNIQ_KEY }) => UNIQ_KEY)).toEqual(messageIds)
  expect(new Set(messageIds).size).toBe(2)
  expect(properties.every(({ __SHARDINGKEY }) => __SHARDINGKEY === 'k')).toBe(true)
})

it.each([
  ['no messages', [], 'MESSAGE_INVALID', 'empty'],
  ['what is no array', undefined, 'MESSAGE_INVALID', 'empty'],
  ['two topics', [one, { ...one, topic: 'payments' }], 'MESSAGE_INVALID', 'message 1 of the batch'],
  ['a retry topic', [{ ...one, topic: '%RETRY%readers' }], 'MESSAGE_INVALID', 'retry topic'],
  ['a delay level', [one, { ...one, delayLevel: 1 }], 'MESSAGE_INVALID', 'message 1 of the batch is delayed'],
  ['a delivery time', [{ ...one, deliverAt: 1 }], 'MESSAGE_INVALID', 'is delayed'],
  ['a delay', [{ ...one, deliverAfterMs: 0 }], 'MESSAGE_INVALID', 'is delayed'],
  ['a priority', [{ ...one, priority: 1 }], 'MESSAGE_INVALID', 'has a priority'],
  ['a forged transaction', [{ ...one, properties: { TRAN_MSG: 'true' } }], 'MESSAGE_INVALID', 'TRAN_MSG'],
  ['an empty body', [one, { ...one, body: '' }], 'MESSAGE_INVALID', 'body is empty'],
  ['too much together', Array(20).fill({ ...one, body: 'x'.repeat(50) }), 'MESSAGE_TOO_LARGE', 'the batch'],
])('refuses %s', (_name, messages, code, text) => {
  expect(() => parcelOf(messages)).toThrow(expect.objectContaining({ code }))
  expect(() => parcelOf(messages)).toThrow(text)
})
