import { ResponseCode } from '@rocketeer/protocol'
import { DataVersion, TopicConfigAndMappingSerializeWrapper, TopicList } from '@rocketeer/protocol/bodies'
import {
  CreateTopicListRequestBody,
  cleanExpiredConsumequeue,
  cleanUnusedTopic,
  deleteExpiredCommitlog,
  deleteTopicInBroker,
  getAllTopicConfig,
  getSystemTopicListFromBroker,
  getTopicConfig,
  getTopicStatsInfo,
  TopicConfigAndQueueMapping,
  TopicStatsTable,
  updateAndCreateTopic,
  updateAndCreateTopicList,
} from '@rocketeer/protocol/commands'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { topicConfig } from '../tables/topic-config.js'
import { AdminServer } from '../testing/admin-server.js'

let server: AdminServer
beforeEach(async () => {
  server = await AdminServer.start()
})
afterEach(() => server[Symbol.asyncDispose]())

/** As mqadmin updateTopic sends it. */
function update(topic: string, differing: object = {}) {
  return server.request(updateAndCreateTopic, {
    topic,
    defaultTopic: 'TBW102',
    readQueueNums: 8,
    writeQueueNums: 8,
    perm: 6,
    topicFilterType: 'SINGLE_TAG',
    order: false,
    force: false,
    ...differing,
  })
}

describe('creating and changing topics', () => {
  it('creates, and changes what exists', async () => {
    expect((await update('order-paid', { attributes: '+message.type=FIFO' })).code).toBe(ResponseCode.SUCCESS)
    expect(server.parts.topics.get('order-paid')).toMatchObject({ writeQueueNums: 8, perm: 6 })
    expect((await update('order-paid', { writeQueueNums: 4, perm: 4 })).code).toBe(ResponseCode.SUCCESS)
    const config = TopicConfigAndQueueMapping.decode(
      (await server.request(getTopicConfig, { topic: 'order-paid' })).body,
    )
    expect(config).toMatchObject({ readQueueNums: 8, writeQueueNums: 4, perm: 4 })
    expect(config.attributes.get('message.type')).toBe('FIFO')
  })

  it('leaves the version alone when nothing changes', async () => {
    await update('order-paid')
    const before = server.parts.topics.dataVersion
    await update('order-paid')
    expect(server.parts.topics.dataVersion).toEqual(before)
  })

  it.each([
    ['no spaces', {}],
    ['x'.repeat(128), {}],
    ['TBW102', {}],
    ['broker-a', {}],
    ['rmq_sys_mine', {}],
    ['order-paid', { readQueueNums: -1 }],
    ['order-paid', { writeQueueNums: 1_000_000 }],
    ['order-paid', { perm: 8 }],
    ['order-paid', { topicFilterType: 'NO_TAG' }],
    ['order-paid', { attributes: '+message.type=MIXED' }],
  ])('refuses %s %o', async (topic, differing) => {
    const response = await update(topic, differing)
    expect(response.code).toBe(ResponseCode.INVALID_PARAMETER)
    expect(response.remark).toBeTruthy()
    expect(server.parts.topics.dataVersion.counter).toBe(0)
  })

  it.each(['+no.such.attribute=1', '+message.type=SOME', '-message.type', 'message.type=FIFO'])(
    'refuses the attributes %s as Apache does',
    async (attributes) => {
      const response = await update('order-paid', { attributes })
      expect(response.code).toBe(ResponseCode.SYSTEM_ERROR)
      expect(response.remark).toContain('attribute')
      expect(server.parts.topics.dataVersion.counter).toBe(0)
    },
  )

  it('takes MIXED where the broker is told to', async () => {
    const refused = await update('order-paid', { attributes: '+message.type=MIXED' })
    expect(refused.code).toBe(ResponseCode.INVALID_PARAMETER)
    expect(refused.remark).toContain('allowMixedTopics (enableMixedMessageType=true')
    server.parts.config.update({ allowMixedTopics: true })
    expect((await update('order-paid', { attributes: '+message.type=MIXED' })).code).toBe(0)
    expect(server.parts.topics.get('order-paid')?.attributes.get('message.type')).toBe('MIXED')
  })

  it('changes and removes attributes', async () => {
    await update('order-paid', { attributes: '+message.type=FIFO' })
    await update('order-paid', { attributes: '+message.type=DELAY' })
    expect(server.parts.topics.get('order-paid')?.attributes.get('message.type')).toBe('DELAY')
    await update('order-paid', { attributes: '-message.type' })
    expect(server.parts.topics.get('order-paid')?.attributes.size).toBe(0)
  })

  it('creates all topics of a list or none', async () => {
    const list = (...names: string[]) =>
      CreateTopicListRequestBody.encode({ topicConfigList: names.map((name) => topicConfig(name)) })
    const refused = await server.request(updateAndCreateTopicList, {}, list('a', 'b c'))
    expect(refused.code).toBe(ResponseCode.INVALID_PARAMETER)
    expect(server.parts.topics.has('a')).toBe(false)
    expect((await server.request(updateAndCreateTopicList, {}, list('a', 'b'))).code).toBe(0)
    expect(server.parts.topics.has('b')).toBe(true)
  })

  it('answers a body that is no JSON with an error and goes on', async () => {
    const response = await server.request(updateAndCreateTopicList, {}, Buffer.from('{"topicConfigList":['))
    expect(response.code).toBe(ResponseCode.SYSTEM_ERROR)
    expect((await update('order-paid')).code).toBe(ResponseCode.SUCCESS)
  })
})

describe('deleting topics', () => {
  it('deletes the topic, its queues, its offsets and its pop retry topics', async () => {
    await update('order-paid')
    await server.parts.topics.put([topicConfig('%RETRY%coupon+order-paid'), topicConfig('%RETRY%coupon')])
    await server.fill('order-paid', 0, 3)
    await server.fill('other', 0, 1)
    server.parts.offsets.commit({ group: 'coupon', topic: 'order-paid', queueId: 0 }, 2)
    expect((await server.request(deleteTopicInBroker, { topic: 'order-paid' })).code).toBe(0)
    expect(server.parts.topics.has('order-paid')).toBe(false)
    expect(server.parts.topics.has('%RETRY%coupon+order-paid')).toBe(false)
    expect(server.parts.topics.has('%RETRY%coupon')).toBe(true)
    expect(server.parts.offsets.query({ group: 'coupon', topic: 'order-paid', queueId: 0 })).toBe(-1)
    expect([...server.parts.store.queues()].map(({ topic }) => topic)).toEqual(['other'])
  })

  it('refuses system topics and illegal names', async () => {
    for (const topic of ['SCHEDULE_TOPIC_XXXX', '  ', 'DefaultCluster']) {
      const response = await server.request(deleteTopicInBroker, { topic })
      expect(response.code).toBe(ResponseCode.INVALID_PARAMETER)
    }
    expect(server.parts.topics.has('SCHEDULE_TOPIC_XXXX')).toBe(true)
  })

  it('removes queues without a topic when asked to clean up', async () => {
    await update('order-paid')
    await server.fill('order-paid', 0, 1)
    await server.fill('forgotten', 0, 1)
    for (const command of [cleanUnusedTopic, cleanExpiredConsumequeue]) {
      expect((await server.request(command, {})).code).toBe(ResponseCode.SUCCESS)
    }
    expect([...server.parts.store.queues()].map(({ topic }) => topic)).toEqual(['order-paid'])
  })
})

describe('deleting expired messages', () => {
  it('does not wait for the hour', async () => {
    await update('order-paid')
    await server.fill('order-paid', 0, 3, undefined, 400 * 1024)
    await server.clock.advance(2 * 3_600_000)
    await server.fill('order-paid', 0, 1)
    expect((await server.request(deleteExpiredCommitlog, {})).code).toBe(ResponseCode.SUCCESS)
    expect(server.parts.store.minOffset('order-paid', 0)).toBeGreaterThan(0)
  })
})

describe('reading topics', () => {
  const all = async (fields: object) => {
    const response = await server.request(getAllTopicConfig, fields)
    const body = TopicConfigAndMappingSerializeWrapper.decode(response.body)
    return { ...body, total: response.fields.totalTopicNum, names: [...body.topicConfigTable.keys()] }
  }

  it('gives all topics to peers that ask for no page', async () => {
    const { names, total } = await all({})
    expect(names).toContain('TBW102')
    expect(total).toBe(names.length)
  })

  it('gives pages in order, and begins anew when the table changed in between', async () => {
    const first = await all({ topicSeq: 0, maxTopicNum: 5, dataVersion: '' })
    const dataVersion = DataVersion.encode(first.dataVersion).toString()
    const second = await all({ topicSeq: 5, maxTopicNum: 100, dataVersion })
    expect(first.names).toHaveLength(5)
    expect([...first.names, ...second.names]).toEqual((await all({})).names.sort())
    await update('A-first')
    expect((await all({ topicSeq: 5, maxTopicNum: 1, dataVersion })).names).toEqual(['A-first'])
  })

  it('tells offsets and times of each queue', async () => {
    await update('order-paid', { readQueueNums: 2, writeQueueNums: 2 })
    const storedAt = server.clock.now()
    await server.fill('order-paid', 1, 3)
    await server.clock.advance(60_000)
    const stats = TopicStatsTable.decode(
      (await server.request(getTopicStatsInfo, { topic: 'order-paid' })).body,
    )
    expect(stats.offsetTable).toEqual([
      [
        { topic: 'order-paid', brokerName: 'broker-a', queueId: 0 },
        { minOffset: 0, maxOffset: 0, lastUpdateTimestamp: 0 },
      ],
      [
        { topic: 'order-paid', brokerName: 'broker-a', queueId: 1 },
        { minOffset: 0, maxOffset: 3, lastUpdateTimestamp: storedAt },
      ],
    ])
    expect(stats.topicPutTps).toBeCloseTo(3 / 60)
  })

  it('says which topic does not exist', async () => {
    for (const command of [getTopicConfig, getTopicStatsInfo]) {
      const response = await server.request(command, { topic: 'nothing' })
      expect(response.code).toBe(ResponseCode.TOPIC_NOT_EXIST)
      expect(response.remark).toContain('nothing')
    }
  })

  it('lists the system topics', async () => {
    const { topicList } = TopicList.decode((await server.request(getSystemTopicListFromBroker, {})).body)
    expect(topicList).toEqual(expect.arrayContaining(['TBW102', 'broker-a', 'DefaultCluster_REPLY_TOPIC']))
  })
})
