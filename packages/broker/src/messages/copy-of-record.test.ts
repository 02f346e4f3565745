import {
  decodeProperties,
  decodeRecord,
  encodedRecord,
  encodeHost,
  encodeProperties,
  tagsCodeOf,
} from '@rocketeer/protocol/record'
import { expect, it } from 'vitest'
import { copyOf } from './copy-of-record.js'

const STORED = {
  topic: 'orders',
  queueId: 3,
  flag: 7,
  sysFlag: 1,
  bornTimestamp: 1000,
  bornHost: encodeHost('2001:db8::7', 5000),
  storeHost: encodeHost('10.0.0.9', 10911),
  reconsumeTimes: 2,
  preparedTransactionOffset: 99,
  body: Buffer.from('body'),
  properties: encodeProperties({ TAGS: 'paid', KEYS: 'a b', UNIQ_KEY: 'U1' }),
}
const PLACE = { queueOffset: 5, physicalOffset: 4096, storeTimestamp: 2000 }

const record = decodeRecord(encodedRecord(STORED, PLACE), 0)
const { properties } = record

it('keeps everything but what it is told to change, and belongs to no transaction', () => {
  const copy = copyOf(record, { topic: 'again', queueId: 0, properties })
  expect(copy).toEqual({
    ...STORED,
    topic: 'again',
    queueId: 0,
    sysFlag: record.sysFlag,
    preparedTransactionOffset: 0,
    tagsCode: tagsCodeOf('paid'),
    keys: 'a b',
    uniqueKey: 'U1',
  })
  expect(encodedRecord({ ...copy, ...STORED }, PLACE)).toEqual(encodedRecord(STORED, PLACE))
})

it('takes what stands in the queue and the index from its own properties', () => {
  const copy = copyOf(record, {
    topic: 'again',
    queueId: 0,
    properties: encodeProperties({ ...decodeProperties(properties), TAGS: 'late', KEYS: 'c' }),
  })
  expect(copy).toMatchObject({ tagsCode: tagsCodeOf('late'), keys: 'c', uniqueKey: 'U1' })
  const bare = copyOf(record, { topic: 'again', queueId: 0, properties: '' })
  expect(bare).toMatchObject({ properties: '', tagsCode: 0, keys: undefined, uniqueKey: undefined })
})

it('takes what else it is given', () => {
  const changes = {
    topic: 'again',
    queueId: 1,
    storeHost: encodeHost('::1', 1),
    sysFlag: 8,
    reconsumeTimes: 0,
    preparedTransactionOffset: 4096,
  }
  expect(copyOf(record, { ...changes, properties })).toMatchObject(changes)
})
