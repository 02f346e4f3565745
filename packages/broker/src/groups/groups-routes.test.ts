import { ResponseCode } from '@rocketeer/protocol'
import { SubscriptionGroupConfig, TopicList } from '@rocketeer/protocol/bodies'
import {
  ConsumeStats,
  ConsumeStatsList,
  cloneGroupOffset,
  deleteSubscriptiongroup,
  GroupForbidden,
  GroupList,
  getAllSubscriptiongroupConfig,
  getBrokerConsumeStats,
  getConsumeStats,
  getSubscriptiongroupConfig,
  invokeBrokerToResetOffset,
  QueryConsumeTimeSpanBody,
  QueryCorrectionOffsetBody,
  queryConsumeTimeSpan,
  queryCorrectionOffset,
  queryTopicConsumeByWho,
  queryTopicsByConsumer,
  ResetOffsetBody,
  SubscriptionGroupList,
  SubscriptionGroupWrapper,
  updateAndCreateSubscriptiongroup,
  updateAndCreateSubscriptiongroupList,
  updateAndGetGroupForbidden,
} from '@rocketeer/protocol/commands'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { subscriptionGroupConfig } from '../tables/group-config.js'
import { topicConfig } from '../tables/topic-config.js'
import { AdminServer } from '../testing/admin-server.js'

const TOPIC = 'order-paid'
const GROUP = 'coupon'

let server: AdminServer
beforeEach(async () => {
  server = await AdminServer.start()
  await server.parts.topics.put([topicConfig(TOPIC, { readQueueNums: 2, writeQueueNums: 2 })])
})
afterEach(() => server[Symbol.asyncDispose]())

const queue = (queueId: number) => ({ topic: TOPIC, brokerName: 'broker-a', queueId })

describe('creating and deleting groups', () => {
  const create = (config: object) =>
    server.request(
      updateAndCreateSubscriptiongroup,
      {},
      SubscriptionGroupConfig.encode({ ...subscriptionGroupConfig(GROUP), ...config }),
    )

  it('creates, changes and tells', async () => {
    expect((await create({ retryMaxTimes: 3 })).code).toBe(ResponseCode.SUCCESS)
    await create({ retryMaxTimes: 5, attributes: new Map([['+priority.factor', '7']]) })
    const response = await server.request(getSubscriptiongroupConfig, { group: GROUP })
    const config = SubscriptionGroupConfig.decode(response.body)
    expect(config).toMatchObject({ groupName: GROUP, retryMaxTimes: 5 })
    expect(config.attributes.get('priority.factor')).toBe('7')
  })

  it.each([{ groupName: 'no spaces' }, { groupName: 'x'.repeat(121) }, { retryQueueNums: -1 }])(
    'refuses %o',
    async (config) => {
      expect((await create(config)).code).toBe(ResponseCode.INVALID_PARAMETER)
    },
  )

  it('creates all groups of a list or none', async () => {
    const list = (...names: string[]) =>
      SubscriptionGroupList.encode({ groupConfigList: names.map(subscriptionGroupConfig) })
    const refused = await server.request(updateAndCreateSubscriptiongroupList, {}, list('a', 'b c'))
    expect(refused.code).toBe(ResponseCode.INVALID_PARAMETER)
    expect(server.parts.groups.get('a')).toBeUndefined()
    await server.request(updateAndCreateSubscriptiongroupList, {}, list('a', 'b'))
    const response = await server.request(getAllSubscriptiongroupConfig, {})
    const { subscriptionGroupTable } = SubscriptionGroupWrapper.decode(response.body)
    expect([...subscriptionGroupTable.keys()]).toEqual(expect.arrayContaining(['a', 'b', 'TOOLS_CONSUMER']))
    expect(response.fields.totalGroupNum).toBe(subscriptionGroupTable.size)
  })

  it('deletes a group, and its offsets only when asked', async () => {
    server.parts.offsets.commit({ group: GROUP, topic: TOPIC, queueId: 0 }, 1)
    await create({})
    await server.request(deleteSubscriptiongroup, { groupName: GROUP, cleanOffset: false })
    expect(server.parts.groups.get(GROUP)).toBeUndefined()
    expect(server.parts.offsets.query({ group: GROUP, topic: TOPIC, queueId: 0 })).toBe(1)
    await server.request(deleteSubscriptiongroup, { groupName: GROUP, cleanOffset: true })
    expect(server.parts.offsets.query({ group: GROUP, topic: TOPIC, queueId: 0 })).toBe(-1)
  })

  it('forbids a group to read a topic, and allows it again', async () => {
    const forbid = async (readable?: boolean) =>
      GroupForbidden.decode(
        (await server.request(updateAndGetGroupForbidden, { group: GROUP, topic: TOPIC, readable })).body,
      ).readable
    expect(await forbid()).toBe(true)
    expect(await forbid(false)).toBe(false)
    expect(await forbid()).toBe(false)
    expect(await forbid(true)).toBe(true)
  })
})

describe('progress of groups', () => {
  beforeEach(async () => {
    await server.fill(TOPIC, 0, 5)
    await server.fill(TOPIC, 1, 2)
    server.parts.offsets.commit({ group: GROUP, topic: TOPIC, queueId: 0 }, 3)
    server.parts.offsets.commit({ group: GROUP, topic: TOPIC, queueId: 1 }, 2)
  })

  it('tells how far a group is in each queue', async () => {
    const response = await server.request(getConsumeStats, { consumerGroup: GROUP, topic: TOPIC })
    const lastTimestamp = server.clock.now()
    expect(ConsumeStats.decode(response.body).offsetTable).toEqual([
      [queue(0), { brokerOffset: 5, consumerOffset: 3, pullOffset: 3, lastTimestamp }],
      [queue(1), { brokerOffset: 2, consumerOffset: 2, pullOffset: 2, lastTimestamp }],
    ])
  })

  it('finds the topics of a group by its offsets, and takes a list of topics', async () => {
    const tables = [{}, { topicList: `${TOPIC};nothing;` }].map(async (fields) => {
      const response = await server.request(getConsumeStats, { consumerGroup: GROUP, ...fields })
      return ConsumeStats.decode(response.body).offsetTable.length
    })
    expect(await Promise.all(tables)).toEqual([2, 2])
  })

  it('adds up all groups of the broker', async () => {
    await server.parts.groups.put([subscriptionGroupConfig(GROUP)])
    const list = ConsumeStatsList.decode(
      (await server.request(getBrokerConsumeStats, { isOrder: false })).body,
    )
    expect(list).toMatchObject({ totalDiff: 2, brokerAddr: server.broker.address })
    const [ofGroup] = list.consumeStatsList.flatMap((each) => each.get(GROUP) ?? [])
    expect(ofGroup?.offsetTable).toHaveLength(2)
  })

  it('knows who consumes a topic, and what a group consumes', async () => {
    const who = await server.request(queryTopicConsumeByWho, { topic: TOPIC })
    expect(GroupList.decode(who.body).groupList).toEqual([GROUP])
    const topics = await server.request(queryTopicsByConsumer, { group: GROUP })
    expect(TopicList.decode(topics.body).topicList).toEqual([TOPIC])
  })

  it('tells the times a group has reached', async () => {
    const storedAt = server.clock.now()
    await server.clock.advance(60_000)
    const response = await server.request(queryConsumeTimeSpan, { topic: TOPIC, group: GROUP })
    const [first, second] = QueryConsumeTimeSpanBody.decode(response.body).consumeTimeSpanSet
    const times = { minTimeStamp: storedAt, maxTimeStamp: storedAt, consumeTimeStamp: storedAt }
    expect(first).toEqual({ messageQueue: queue(0), ...times, delayTime: 60_000 })
    expect(second).toEqual({ messageQueue: queue(1), ...times, delayTime: 0 })
  })

  it('copies the offsets of a group to another', async () => {
    await server.request(cloneGroupOffset, {
      srcGroup: GROUP,
      destGroup: 'copy',
      topic: TOPIC,
      offline: true,
    })
    expect(server.parts.offsets.query({ group: 'copy', topic: TOPIC, queueId: 0 })).toBe(3)
    const refused = await server.request(cloneGroupOffset, {
      srcGroup: GROUP,
      destGroup: 'no spaces',
      topic: TOPIC,
      offline: true,
    })
    expect(refused.code).toBe(ResponseCode.INVALID_PARAMETER)
  })

  it('compares the smallest offsets of groups', async () => {
    server.parts.offsets.commit({ group: 'slow', topic: TOPIC, queueId: 0 }, 1)
    server.parts.offsets.commit({ group: 'slow', topic: TOPIC, queueId: 1 }, 2)
    const ask = async (fields: { compareGroup: string; filterGroups?: string }) =>
      Object.fromEntries(
        QueryCorrectionOffsetBody.decode(
          (await server.request(queryCorrectionOffset, { topic: TOPIC, ...fields })).body,
        ).correctionOffsets,
      )
    expect(await ask({ compareGroup: GROUP })).toEqual({ 0: 1, 1: 2 })
    expect(await ask({ compareGroup: 'slow', filterGroups: 'slow' })).toEqual({
      0: Number.MAX_SAFE_INTEGER,
      1: 2,
    })
    expect(server.parts.offsets.query({ group: 'slow', topic: TOPIC, queueId: 0 })).toBe(1)
  })
})

describe('resetting offsets', () => {
  const reset = (fields: object) =>
    server.request(invokeBrokerToResetOffset, {
      group: GROUP,
      topic: TOPIC,
      queueId: -1,
      timestamp: 0,
      isForce: true,
      ...fields,
    })

  beforeEach(async () => {
    await server.parts.groups.put([subscriptionGroupConfig(GROUP)])
    await server.fill(TOPIC, 0, 5)
    await server.clock.advance(60_000)
    await server.fill(TOPIC, 0, 5)
    await server.fill(TOPIC, 1, 1)
  })

  it('goes to a time in every queue', async () => {
    const response = await reset({ timestamp: server.clock.now() })
    expect(ResetOffsetBody.decode(response.body).offsetTable).toEqual([
      [queue(0), 5],
      [queue(1), 0],
    ])
    expect(server.parts.offsets.query({ group: GROUP, topic: TOPIC, queueId: 0 })).toBe(5)
  })

  it('goes to the end for a negative time', async () => {
    const response = await reset({ timestamp: -1 })
    expect(ResetOffsetBody.decode(response.body).offsetTable.map(([, offset]) => offset)).toEqual([10, 1])
  })

  it('goes to an offset in one queue, within its range', async () => {
    expect((await reset({ queueId: 0, offset: 7 })).code).toBe(ResponseCode.SUCCESS)
    expect(server.parts.offsets.query({ group: GROUP, topic: TOPIC, queueId: 0 })).toBe(7)
    expect((await reset({ queueId: 0, offset: 99 })).code).toBe(ResponseCode.SYSTEM_ERROR)
    expect(server.parts.offsets.query({ group: GROUP, topic: TOPIC, queueId: 0 })).toBe(7)
  })

  it('says which topic or group does not exist', async () => {
    expect((await reset({ topic: 'nothing' })).code).toBe(ResponseCode.TOPIC_NOT_EXIST)
    expect((await reset({ group: 'nobody' })).code).toBe(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST)
  })
})
