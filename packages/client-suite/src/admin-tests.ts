import { eventually } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import { Handled } from './handled.js'
import type { SuiteWorld } from './suite-peer.js'

export function adminTests(world: SuiteWorld): void {
  it('topics', async () => {
    const client = await world.connect()
    const admin = client.admin()
    const topic = world.name('topic')
    await admin.createTopic(topic, { readQueues: 3, writeQueues: 2 })
    await eventually(async () => expect(await admin.topics()).toContain(topic))
    const { queueDatas, brokerDatas } = await eventually(() => admin.route(topic))
    expect(queueDatas[0]).toMatchObject({ readQueueNums: 3, writeQueueNums: 2, perm: 6 })
    expect(brokerDatas[0]!.brokerAddrs.get(0)).toBeDefined()
    await admin.updateTopic(topic, { queues: 5 })
    await eventually(async () => expect((await admin.route(topic)).queueDatas[0]!.writeQueueNums).toBe(5))
    await admin.deleteTopic(topic)
    await eventually(async () => expect(await admin.topics()).not.toContain(topic))
  })

  it('the type of a topic, which stays when other settings change', async () => {
    const admin = (await world.connect()).admin()
    const topic = world.name('typed')
    await admin.createTopic(topic, { queues: 1, type: 'DELAY' })
    expect(await eventually(() => admin.topicType(topic))).toBe('DELAY')
    await admin.updateTopic(topic, { queues: 2 })
    expect(await admin.topicType(topic)).toBe('DELAY')
    await admin.updateTopic(topic, { queues: 2, type: 'PRIORITY' })
    expect(await admin.topicType(topic)).toBe('PRIORITY')
    const mixed = admin.updateTopic(topic, { type: 'MIXED' })
    await expect(mixed).rejects.toMatchObject({ code: 'BROKER_REFUSED', details: { answer: 29 } })
  })

  it('brokers', async () => {
    const admin = (await world.connect()).admin()
    const [cluster, brokers] = Object.entries(await admin.clusters())[0]!
    const { brokerName, address } = brokers[0]!
    expect(brokers[0]).toMatchObject({ cluster, brokerId: 0 })
    expect(await admin.brokerConfig(brokerName)).toMatchObject({
      brokerName,
      listenPort: address.split(':')[1],
    })
    expect(await admin.brokerStatus(brokerName)).toHaveProperty('brokerVersionDesc')
  })

  it('lookups of a message by both ids, by key and by offset', async () => {
    const client = await world.connect()
    const admin = client.admin()
    const topic = world.name('lookup')
    const sent = await client.producer().send({ topic, keys: ['order-9', 'customer-1'], body: 'wanted' })
    await client.producer().send({ topic, key: 'order-10', body: 'other' })
    expect((await admin.messageById(sent.offsetMessageId)).text()).toBe('wanted')
    // The index is written a little later.
    const byId = await eventually(() => admin.messageById(sent.messageId, topic))
    expect(byId).toMatchObject({ messageId: sent.messageId, offsetMessageId: sent.offsetMessageId })
    const found = await eventually(async () => {
      const messages = await admin.messagesByKey(topic, 'customer-1')
      return messages.length > 0 && messages
    })
    expect(found.map((message) => message.text())).toEqual(['wanted'])
    const queue = { topic, ...sent.queue }
    expect((await admin.messageAt(queue, sent.queueOffset)).text()).toBe('wanted')
    await expect(admin.messageAt(queue, 1_000)).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' })
    await expect(admin.messageById('nonsense')).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' })
    expect(await admin.messagesByKey(topic, 'nobody')).toEqual([])
  })

  it('offsets of a topic and of a group', async () => {
    const client = await world.connect()
    const admin = client.admin()
    const topic = world.name('offsets')
    const group = world.name('group')
    await admin.createTopic(topic, { queues: 1 })
    const producer = client.producer()
    const first = await producer.send({ topic, body: '0' })
    const queue = { topic, ...first.queue }
    const { storeTimestamp } = await eventually(() => admin.messageAt(queue, 0))
    await new Promise((resolve) => setTimeout(resolve, 20))
    await producer.send({ topic, body: '1' })
    expect(await admin.minOffset(queue)).toBe(0)
    await eventually(async () => expect(await admin.maxOffset(queue)).toBe(2))
    expect(await admin.offsetAt(queue, storeTimestamp)).toBe(0)
    expect(await admin.offsetAt(queue, storeTimestamp + 1)).toBe(1)
    await eventually(async () => {
      const [stats] = await admin.topicStats(topic)
      expect(stats).toMatchObject({ queue, minOffset: 0, maxOffset: 2 })
    })
    const handled = new Handled()
    const consumer = client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      handle: handled.handle,
    })
    await handled.exactly(['0', '1'])
    const members = await eventually(async () => (await admin.members(group)) ?? false)
    expect(members.connectionSet.map((member) => member.clientId)).toEqual([client.clientId])
    await consumer.close()
    expect(await admin.committedOffset(group, queue)).toBe(2)
    expect(await admin.progress(group, topic)).toMatchObject([
      { queue, brokerOffset: 2, consumerOffset: 2, lag: 0 },
    ])
    expect(await admin.members(group)).toBeUndefined()
  })

  it('groups', async () => {
    const admin = (await world.connect()).admin()
    const group = world.name('group')
    await admin.createGroup(group, { retryMaxTimes: 3 })
    const found = (await admin.groups()).find((config) => config.groupName === group)
    expect(found).toMatchObject({ retryMaxTimes: 3, consumeEnable: true })
    await admin.deleteGroup(group)
    expect((await admin.groups()).map((config) => config.groupName)).not.toContain(group)
  })

  it('a reset of a running group to an earlier time', async () => {
    const client = await world.connect()
    const admin = client.admin()
    const topic = world.name('reset')
    const group = world.name('group')
    await admin.createTopic(topic, { queues: 2 })
    const producer = client.producer()
    await Promise.all(['a', 'b', 'c', 'd'].map((body) => producer.send({ topic, body })))
    const handled = new Handled()
    const consumer = client.consumer({
      group,
      subscribe: { [topic]: '*' },
      // A broker may keep the new offset for the next pull.
      pullWaitMs: 500,
      startFrom: 'first',
      handle: handled.handle,
    })
    await handled.exactly(['a', 'b', 'c', 'd'])
    await consumer.ready
    await admin.resetOffset(group, topic, 0)
    await handled.exactly(['a', 'b', 'c', 'd', 'a', 'b', 'c', 'd'])
  })
}
