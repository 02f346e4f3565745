import { encodeProperties } from '@rocketeer/protocol/record'
import { expect, it } from 'vitest'
import { destinationOf, noteDestination } from './destination.js'

it('is noted under the names of RocketMQ and found again', () => {
  const properties = { TAGS: 'a' }
  noteDestination(properties, { topic: 'orders', queueId: 3 })
  expect(properties).toEqual({ TAGS: 'a', REAL_TOPIC: 'orders', REAL_QID: '3' })
  expect(destinationOf(encodeProperties(properties))).toEqual({ topic: 'orders', queueId: 3 })
})

it.each([
  {},
  { REAL_TOPIC: 'orders' },
  { REAL_QID: '3' },
  { REAL_TOPIC: '', REAL_QID: '3' },
  { REAL_TOPIC: 'orders', REAL_QID: '' },
  { REAL_TOPIC: 'orders', REAL_QID: '-1' },
  { REAL_TOPIC: 'orders', REAL_QID: '1.5' },
  { REAL_TOPIC: 'orders', REAL_QID: '1'.repeat(16) },
])('is not known from %j', (properties) => {
  expect(destinationOf(encodeProperties(properties))).toBeUndefined()
})
