import { encodeHost, encodeProperties, tagsCodeOf } from '@rocketeer/protocol/record'
import { expect, it } from 'vitest'
import { ownRecord } from './own-record.js'

const HERE = encodeHost('127.0.0.1', 10911)
const OWN = { topic: 'log', queueId: 2, bornTimestamp: 5, bornHost: HERE, body: Buffer.from('1,') }

it('leaves every other field empty, and takes the tag code from its tag', () => {
  expect(ownRecord({ ...OWN, properties: { UNIQ_KEY: 'U', TAGS: 'd' } })).toEqual({
    ...OWN,
    flag: 0,
    sysFlag: 0,
    storeHost: HERE,
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    properties: encodeProperties({ UNIQ_KEY: 'U', TAGS: 'd' }),
    tagsCode: tagsCodeOf('d'),
    keys: undefined,
    uniqueKey: undefined,
  })
})

it('is in the index when it is given a key, and may have another born host', () => {
  const bornHost = encodeHost('::1', 1)
  const record = ownRecord({ ...OWN, bornHost, storeHost: HERE, properties: {}, uniqueKey: 'U' })
  expect(record).toMatchObject({ bornHost, storeHost: HERE, properties: '', tagsCode: 0, uniqueKey: 'U' })
})
