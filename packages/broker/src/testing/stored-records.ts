import { decodeRecords, hostText, type MessageRecord } from '@rocketeer/protocol/record'
import { expect } from 'vitest'
import type { BrokerFixture } from './broker-fixture.js'

const READ_LIMITS = { messagesMax: 32, bytesMax: 1 << 20 }
const QUERY_LIMITS = { messagesMax: 10, beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER }

/** All records of a queue. */
export async function recordsOf(
  { parts: { store } }: BrokerFixture,
  topic: string,
  queueId: number,
): Promise<MessageRecord[]> {
  const offset = store.minOffset(topic, queueId)
  return decodeRecords((await store.read({ topic, queueId, offset, limits: READ_LIMITS })).buffers)
}

/** The one record of a queue, once it is there, in words and with the tags code of its consume queue entry. */
export async function onlyRecord(broker: BrokerFixture, topic: string, queueId = 0) {
  const { store } = broker.parts
  await expect.poll(() => store.maxOffset(topic, queueId)).toBe(1)
  const [record] = await recordsOf(broker, topic, queueId)
  const [entry] = await store.entries(topic, queueId, 0, 1)
  return { ...inWords(record!), tagsCode: entry!.tagsCode }
}

/** A record with readable hosts and properties, without what differs from run to run. */
export function inWords(record: MessageRecord) {
  const { totalSize, bodyCrc, queueOffset, physicalOffset, storeTimestamp, ...kept } = record
  return {
    ...kept,
    bornHost: hostText(record.bornHost),
    storeHost: hostText(record.storeHost),
    properties: record.properties.replaceAll('\u0001', '=').replaceAll('\u0002', ' '),
  }
}

/** How many messages the index has under a key. */
export async function countByKey(
  { parts: { store } }: BrokerFixture,
  topic: string,
  key: string,
): Promise<number> {
  return (await store.query(topic, key, QUERY_LIMITS)).length
}
