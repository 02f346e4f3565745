import { expect, it } from 'vitest'
import { encodeProperties } from './properties.js'
import {
  ADDED_PROPERTIES_BYTES_MAX,
  OWN_PROPERTIES_BYTES_MAX,
  ownPropertiesBytes,
} from './properties-room.js'
import { PROPERTIES_BYTES_MAX } from './record-layout.js'

it('what is added has room behind the most that a message may have of its own', () => {
  expect(OWN_PROPERTIES_BYTES_MAX + ADDED_PROPERTIES_BYTES_MAX).toBeLessThanOrEqual(PROPERTIES_BYTES_MAX)
})

it('own properties are counted as a record holds them', () => {
  expect(ownPropertiesBytes('')).toBe(0)
  expect(ownPropertiesBytes(encodeProperties({ KEYS: 'k', pad: 'ü' }))).toBe(7 + 7)
  expect(ownPropertiesBytes('KEYS\u0001k')).toBe(7)
  expect(ownPropertiesBytes('no value\u0002')).toBe(9)
})

it('what brokers and consumers add does not count, unless it is longer than they make it', () => {
  const added = { UNIQ_KEY: 'U'.repeat(32), RETRY_TOPIC: 't'.repeat(255), DELAY: '3', POP_CK: '1 2 3' }
  expect(ownPropertiesBytes(encodeProperties(added))).toBe(0)
  expect(ownPropertiesBytes(encodeProperties({ ...added, RETRY_TOPIC: 't'.repeat(355) }))).toBe(200)
})

it('a property that is there twice counts: copies keep the text', () => {
  expect(ownPropertiesBytes('DELAY\u00013\u0002DELAY\u00014\u0002')).toBe(8)
})
