import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ResponseCode } from '@rocketeer/protocol'
import {
  getEarliestMsgStoretime,
  getMaxOffset,
  getMinOffset,
  queryConsumerOffset,
  searchOffsetByTimestamp,
  updateConsumerOffset,
  viewMessageById,
} from '@rocketeer/protocol/commands'
import { decodeRecord } from '@rocketeer/protocol/record'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import type { TestClient } from '../testing/test-client.js'

let broker: BrokerFixture
let client: TestClient

beforeEach(async () => {
  broker = await BrokerFixture.start()
  client = await broker.client()
})

afterEach(() => broker[Symbol.asyncDispose]())

const readers = { consumerGroup: 'readers', topic: 'orders', queueId: 0 }
const file = () => join(broker.directory, 'config', 'consumerOffset.json')

const query = (changes: { setZeroIfNotFound?: boolean; queueId?: number } = {}) =>
  client.connection.request(queryConsumerOffset, { ...readers, ...changes })
const commit = (commitOffset: number, changes: Partial<typeof readers> = {}) =>
  client.connection.request(updateConsumerOffset, { ...readers, ...changes, commitOffset })

describe('a group without an offset', () => {
  it('begins at 0 while the queue has lost nothing', async () => {
    await client.send('orders')
    expect((await query()).fields.offset).toBe(0)
  })

  it('decides itself when the queue is empty, or when it says so', async () => {
    await client.send('orders')
    expect((await query({ queueId: 1 })).code).toBe(ResponseCode.QUERY_NOT_FOUND)
    expect((await query({ setZeroIfNotFound: false })).code).toBe(ResponseCode.QUERY_NOT_FOUND)
  })
})

describe('a committed offset', () => {
  beforeEach(async () => {
    await client.send('orders')
    broker.parts.groups.find('readers')
  })

  it('is found again, also after it went back', async () => {
    expect((await commit(5)).code).toBe(ResponseCode.SUCCESS)
    expect((await query()).fields.offset).toBe(5)
    await commit(3)
    expect((await query()).fields.offset).toBe(3)
  })

  it.each([
    [{ topic: 'nothing' }, 1, ResponseCode.TOPIC_NOT_EXIST],
    [{ consumerGroup: 'not legal!' }, 1, ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST],
    [{ queueId: -1 }, 1, ResponseCode.INVALID_PARAMETER],
    [{}, -1, ResponseCode.INVALID_PARAMETER],
  ])('is refused for %j and %i', async (changes, offset, code) => {
    expect((await commit(offset, changes)).code).toBe(code)
  })

  // Apache: ConsumerManageProcessor looks at group and topic alone. A topic whose queues were made fewer keeps its offsets.
  it('is kept for a queue that the topic does not have', async () => {
    expect((await commit(5, { queueId: 99 })).code).toBe(ResponseCode.SUCCESS)
    expect((await query({ queueId: 99 })).fields.offset).toBe(5)
  })

  // What mqadmin cloneGroupOffset sends for the group it copies to.
  it('makes no group', async () => {
    const refused = await commit(1, { consumerGroup: 'raeders' })
    expect(refused.code).toBe(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST)
    expect(refused.remark).toContain('Group raeders not exist!')
    expect(broker.parts.groups.get('raeders')).toBeUndefined()
  })

  it('does not count between a reset and the pull that tells of it', async () => {
    broker.parts.offsets.reset({ group: 'readers', topic: 'orders', queueId: 0 }, 7)
    expect((await commit(9)).remark).toBe('Offset has been previously reset')
    expect((await query()).fields.offset).toBe(7)
    await client.pull('readers', 'orders', 9, { tags: '*' })
    await commit(8)
    expect((await query()).fields.offset).toBe(8)
  })

  it('is in the file after 5 s, and after a restart', async () => {
    await commit(4)
    await broker.clock.advance(5000)
    await expect.poll(() => readFile(file(), 'utf8')).toContain('"orders@readers":{0:4}')
    await commit(6)
    await broker.restart()
    client = await broker.client()
    expect((await query()).fields.offset).toBe(6)
  })

  it('is not written again when it is repeated', async () => {
    await commit(4)
    await broker.clock.advance(5000)
    await expect.poll(() => readFile(file(), 'utf8')).toContain('"orders@readers":{0:4}')
    await rm(file())
    await commit(4)
    await broker.clock.advance(60_000)
    await expect(readFile(file())).rejects.toMatchObject({ code: 'ENOENT' })
    await commit(5)
    await broker.clock.advance(5000)
    await expect.poll(() => readFile(file(), 'utf8')).toContain('"orders@readers":{0:5}')
  })

  it('is in the file for a group it was copied to, until the group is removed', async () => {
    await commit(4)
    await broker.clock.advance(5000)
    await expect.poll(() => readFile(file(), 'utf8')).toContain('"orders@readers":{0:4}')
    broker.parts.offsets.copy('readers', 'copies', 'orders')
    await broker.clock.advance(5000)
    await expect.poll(() => readFile(file(), 'utf8')).toContain('"orders@copies":{0:4}')
    broker.parts.offsets.removeGroup('copies')
    await broker.clock.advance(5000)
    await expect.poll(() => readFile(file(), 'utf8')).not.toContain('copies')
  })

  it('goes with its topic or group', async () => {
    const { offsets } = broker.parts
    await commit(4)
    broker.parts.groups.find('others')
    await commit(5, { consumerGroup: 'others' })
    expect(offsets.groupsOf('orders')).toEqual(['readers', 'others'])
    offsets.copy('readers', 'copies', 'orders')
    offsets.removeGroup('readers')
    expect([
      offsets.query({ group: 'readers', topic: 'orders', queueId: 0 }),
      offsets.query({ group: 'copies', topic: 'orders', queueId: 0 }),
    ]).toEqual([-1, 4])
    expect(offsets.topicsOf('others')).toEqual(['orders'])
    offsets.removeTopic('orders')
    expect(offsets.topicsOf('others')).toEqual([])
  })
})

describe('consumerOffset.json', () => {
  const startWith = async (files: Readonly<Record<string, string>>) => {
    await broker.stop()
    await mkdir(join(broker.directory, 'config'), { recursive: true })
    for (const [suffix, content] of Object.entries(files)) await writeFile(file() + suffix, content)
    await broker.restart()
  }

  /** As Apache 5.5 writes it. */
  const APACHES = `{
	"dataVersion":{"counter":3,"stateVersion":0,"timestamp":1795236967400},
	"groupTopicMap":{"readers":["orders"]},
	"offsetTable":{"orders@readers":{0:12,1:34}, "%RETRY%readers@readers":{0:5}},
	"pullOffsetTable":{}
}`

  it('of Apache is understood', async () => {
    await startWith({ '': APACHES })
    const { offsets } = broker.parts
    expect(offsets.query({ group: 'readers', topic: 'orders', queueId: 1 })).toBe(34)
    expect(offsets.query({ group: 'readers', topic: '%RETRY%readers', queueId: 0 })).toBe(5)
    expect(offsets.dataVersion.counter).toBe(3)
  })

  it('that is broken gives way to its backup', async () => {
    await startWith({ '': '{"offsetTable":{"orders@rea', '.bak': APACHES })
    expect(broker.parts.offsets.query({ group: 'readers', topic: 'orders', queueId: 0 })).toBe(12)
  })

  it('that is broken and has no backup is no reason to forget all offsets', async () => {
    const start = startWith({ '': '{"offsetTable":{"orders@rea', '.bak': 'neither' })
    await expect(start).rejects.toMatchObject({ code: 'CONFIG_FILE_BROKEN' })
  })
})

describe('a queue', () => {
  it('tells its bounds, and where it was at a time', async () => {
    const start = broker.clock.now()
    for (let i = 0; i < 3; i++) {
      await client.send('orders')
      await broker.clock.advance(1000)
    }
    const queue = { topic: 'orders', queueId: 0 }
    const { connection } = client
    expect((await connection.request(getMaxOffset, { ...queue, committed: true })).fields.offset).toBe(3)
    expect((await connection.request(getMinOffset, queue)).fields.offset).toBe(0)
    expect((await connection.request(getEarliestMsgStoretime, queue)).fields.timestamp).toBe(start)
    const at = (timestamp: number, boundaryType?: string) =>
      connection.request(searchOffsetByTimestamp, {
        ...queue,
        timestamp,
        ...(boundaryType === undefined ? {} : { boundaryType }),
      })
    expect((await at(start + 1000)).fields.offset).toBe(1)
    expect((await at(start + 1500)).fields.offset).toBe(2)
    expect((await at(start + 1500, 'UPPER')).fields.offset).toBe(1)
  })

  it('gives a message by its physical offset', async () => {
    await client.send('orders')
    await client.send('orders', { body: Buffer.from('second') })
    const { messages } = await client.pull('readers', 'orders', 1, { tags: '*' })
    const { physicalOffset } = messages[0]!
    const found = await client.connection.request(viewMessageById, { offset: physicalOffset })
    expect(decodeRecord(found.body, 0).body.toString()).toBe('second')
    const inside = await client.connection.request(viewMessageById, { offset: physicalOffset + 1 })
    expect(inside.code).toBe(ResponseCode.SYSTEM_ERROR)
  })
})
