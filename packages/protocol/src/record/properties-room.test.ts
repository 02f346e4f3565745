import { expect, it } from 'vitest'
import { encodeProperties } from './properties.js'
import {
  ADDED_PROPERTIES_BYTES_MAX,
  failureHistoryRoom,
  hasRoomForAdded,
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

it("short names leave the room that Apache's own tests use: 10,240 Chinese characters", () => {
  const names = {
    topic: 't'.repeat(36),
    clusterName: 'DefaultCluster',
    brokerName: 'TestBrokerName_3',
    regionId: 'DefaultRegion',
  }
  const sent = {
    key: '优'.repeat(10 * 1024),
    UNIQ_KEY: 'U'.repeat(56),
    WAIT: 'true',
    MSG_REGION: 'DefaultRegion',
    TRACE_ON: 'true',
    CLUSTER: 'DefaultCluster',
  }
  expect(hasRoomForAdded(encodeProperties(sent), names)).toBe(true)
  expect(hasRoomForAdded(encodeProperties(sent), { ...names, topic: 't'.repeat(127) })).toBe(false)
  expect(hasRoomForAdded(encodeProperties({ ...sent, RETRY_TOPIC: 't'.repeat(300) }), names)).toBe(false)
  expect(hasRoomForAdded('DELAY\u00013\u0002DELAY\u00014\u0002', names)).toBe(false)
  expect(hasRoomForAdded('', names)).toBe(true)
})

it('a failure history takes what the properties of its own leave free, and no more', () => {
  const names = { topic: 't', clusterName: 'c', brokerName: 'b', regionId: 'r' }
  const padded = (bytes: number, history?: string) =>
    encodeProperties({ pad: 'x'.repeat(bytes), ...(history !== undefined && { FAILURE_HISTORY: history }) })
  for (const bytes of [0, 10_000, 26_000, 28_000, 28_650, 28_655]) {
    const room = failureHistoryRoom(padded(bytes))
    expect(failureHistoryRoom(padded(bytes, 'old'))).toBe(room)
    if (room < 0) continue
    const full = padded(bytes, 'h'.repeat(room))
    expect(ownPropertiesBytes(full) <= OWN_PROPERTIES_BYTES_MAX || hasRoomForAdded(full, names)).toBe(true)
  }
  expect(failureHistoryRoom(padded(1000))).toBeGreaterThan(20_000)
  expect(failureHistoryRoom(padded(OWN_PROPERTIES_BYTES_MAX))).toBeLessThan(1000)
  expect(failureHistoryRoom(padded(32_000))).toBeLessThan(0)
})
