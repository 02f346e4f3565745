import { eventually } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import { Handled } from './handled.js'
import type { SuiteWorld } from './suite-peer.js'

export function adminTests(world: SuiteWorld): void {
  it('topics', async () => {
    const client = await world.connect()
    const admin = client.admin()
    const topic = world.name('topic')
    await admin.topics.create(topic, { readQueues: 3, writeQueues: 2 })
    await eventually(async () => expect(await admin.topics.list()).toContain(topic))
    const { queueDatas, brokerDatas } = await eventually(() => admin.topics.route(topic))
    expect(queueDatas[0]).toMatchObject({ readQueueNums: 3, writeQueueNums: 2, perm: 6 })
    expect(brokerDatas[0]!.brokerAddrs.get(0)).toBeDefined()
    await admin.topics.update(topic, { queues: 5 })
    await eventually(async () =>
      expect((await admin.topics.route(topic)).queueDatas[0]!.writeQueueNums).toBe(5),
    )
    const [change] = await admin.topics.update(topic, { perm: 4 })
    expect(change).toMatchObject({
      before: { readQueues: 5, writeQueues: 5, perm: 6 },
      now: { readQueues: 5, writeQueues: 5, perm: 4 },
    })
    await admin.topics.delete(topic)
    await eventually(async () => expect(await admin.topics.list()).not.toContain(topic))
    await expect(admin.topics.update(topic, { perm: 6 })).rejects.toMatchObject({ code: 'NO_ROUTE' })
  })

  it('the type of a topic, which stays when other options change', async () => {
    const admin = (await world.connect()).admin()
    const topic = world.name('typed')
    await admin.topics.create(topic, { queues: 1, type: 'DELAY' })
    expect(await eventually(() => admin.topics.type(topic))).toBe('DELAY')
    await admin.topics.update(topic, { queues: 2 })
    expect(await admin.topics.type(topic)).toBe('DELAY')
    await admin.topics.update(topic, { queues: 2, type: 'PRIORITY' })
    expect(await admin.topics.type(topic)).toBe('PRIORITY')
    const mixed = admin.topics.update(topic, { type: 'MIXED' })
    await expect(mixed).rejects.toMatchObject({ code: 'BROKER_REFUSED', details: { answer: 29 } })
  })

  it('brokers', async () => {
    const admin = (await world.connect()).admin()
    const [first] = await admin.brokers.list()
    const { brokerName, address } = first!
    expect(first).toMatchObject({ cluster: expect.any(String), brokerId: 0 })
    expect(await admin.brokers.config(brokerName)).toMatchObject({
      brokerName,
      listenPort: address.split(':')[1],
    })
    expect(await admin.brokers.status(brokerName)).toHaveProperty('brokerVersionDesc')
  })

  it('lookups of a message by both ids, by key and by offset', async () => {
    const client = await world.connect()
    const admin = client.admin()
    const topic = world.name('lookup')
    const sent = await client.producer().send({ topic, keys: ['order-9', 'customer-1'], body: 'wanted' })
    await client.producer().send({ topic, key: 'order-10', body: 'other' })
    expect((await admin.messages.byId(sent.offsetMessageId)).text()).toBe('wanted')
    // The index is written a little later.
    const byId = await eventually(() => admin.messages.byId(sent.messageId, topic))
    expect(byId).toMatchObject({ messageId: sent.messageId, offsetMessageId: sent.offsetMessageId })
    const found = await eventually(async () => {
      const messages = await admin.messages.byKey(topic, 'customer-1')
      return messages.length > 0 && messages
    })
    expect(found.map((message) => message.text())).toEqual(['wanted'])
    const queue = { topic, ...sent.queue }
    expect((await admin.messages.at(queue, sent.queueOffset)).text()).toBe('wanted')
    await expect(admin.messages.at(queue, 1_000)).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' })
    await expect(admin.messages.byId('nonsense')).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' })
    expect(await admin.messages.byKey(topic, 'nobody')).toEqual([])
  })

  it('offsets of a topic and of a group', async () => {
    const client = await world.connect()
    const admin = client.admin()
    const topic = world.name('offsets')
    const group = world.name('group')
    await admin.topics.create(topic, { queues: 1 })
    const producer = client.producer()
    const first = await producer.send({ topic, body: '0' })
    const queue = { topic, ...first.queue }
    const { storeTimestamp } = await eventually(() => admin.messages.at(queue, 0))
    await new Promise((resolve) => setTimeout(resolve, 20))
    await producer.send({ topic, body: '1' })
    expect(await admin.offsets.min(queue)).toBe(0)
    await eventually(async () => expect(await admin.offsets.max(queue)).toBe(2))
    expect(await admin.offsets.at(queue, storeTimestamp)).toBe(0)
    expect(await admin.offsets.at(queue, storeTimestamp + 1)).toBe(1)
    await eventually(async () => {
      const [stats] = await admin.topics.stats(topic)
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
    const members = await eventually(async () => (await admin.groups.members(group)) ?? false)
    expect(members.connectionSet.map((member) => member.clientId)).toEqual([client.clientId])
    await consumer.close()
    expect(await admin.offsets.committed(group, queue)).toBe(2)
    expect(await admin.groups.progress(group, topic)).toMatchObject({
      lag: 0,
      queues: [{ queue, brokerOffset: 2, consumerOffset: 2, lag: 0 }],
    })
    expect(await admin.groups.members(group)).toBeUndefined()
  })

  it('groups', async () => {
    const client = await world.connect()
    const admin = client.admin()
    const group = world.name('group')
    await admin.groups.create(group, { retriesMax: 3 })
    const found = (await admin.groups.list()).find((config) => config.groupName === group)
    expect(found).toMatchObject({ retryMaxTimes: 3, consumeEnable: true })
    await admin.groups.update(group, { allowConsuming: false, ordered: true })
    expect((await admin.groups.list()).find((config) => config.groupName === group)).toMatchObject({
      retryMaxTimes: 3,
      consumeEnable: false,
      consumeMessageOrderly: true,
    })
    await admin.groups.delete(group)
    await expect(admin.groups.update(group, { retriesMax: 1 })).rejects.toMatchObject({
      code: 'GROUP_UNKNOWN',
    })
    const topic = world.name('orders')
    await admin.topics.create(topic, { queues: 1 })
    const { messageId } = await client.producer().send({ topic, body: 'x' })
    const message = await eventually(() => admin.messages.byId(messageId, topic))
    for (const misspelt of [
      () => admin.groups.setRequestMode(group, topic, { mode: 'POP' }),
      () => admin.messages.redeliver(message, group),
    ])
      await expect(misspelt()).rejects.toMatchObject({ code: 'GROUP_UNKNOWN', details: { group } })
    expect((await admin.groups.list()).map((config) => config.groupName)).not.toContain(group)
  })

  it('a copy of the offsets of a group, to one that does not run', async () => {
    const client = await world.connect()
    const { groups, offsets, topics } = client.admin()
    const topic = world.name('copied')
    const [from, to] = [world.name('group'), world.name('group')]
    await topics.create(topic, { queues: 1 })
    const sent = await client.producer().send({ topic, body: '0' })
    const queue = { topic, ...sent.queue }
    await groups.create(from)
    await offsets.commit(from, queue, 1)
    const copied = { queue, consumerOffset: 1, lag: 0 }
    expect(await eventually(() => offsets.copy(from, to, { topic, dryRun: true }))).toMatchObject([copied])
    expect((await groups.list()).map(({ groupName }) => groupName)).not.toContain(to)
    expect(await offsets.copy(from, to)).toMatchObject([copied])
    expect(await offsets.committed(to, queue)).toBe(1)
    const consumer = client.consumer({ group: to, subscribe: { [topic]: '*' }, handle: () => {} })
    await consumer.ready
    await eventually(async () => (await groups.members(to)) !== undefined)
    await expect(offsets.copy(from, to)).rejects.toMatchObject({ code: 'GROUP_RUNNING' })
  })

  it('a reset of a running group to the first message', async () => {
    const client = await world.connect()
    const admin = client.admin()
    const topic = world.name('reset')
    const group = world.name('group')
    await admin.topics.create(topic, { queues: 2 })
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
    await admin.offsets.reset(group, topic, 'first')
    await handled.exactly(['a', 'b', 'c', 'd', 'a', 'b', 'c', 'd'])
  })
}
