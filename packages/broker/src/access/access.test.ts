import { Permission } from '@rocketeer/protocol'
import type { SubscriptionGroupConfig, TopicConfig } from '@rocketeer/protocol/bodies'
import { describe, expect, it } from 'vitest'
import { parseBrokerOptions } from '../conf/parse-broker-options.js'
import { LiveConfig } from '../options/live-config.js'
import { subscriptionGroupConfig } from '../tables/group-config.js'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import { topicConfig } from '../tables/topic-config.js'
import type { TopicTable } from '../tables/topic-table.js'
import {
  checkBrokerReadable,
  checkReadableQueue,
  consumingGroup,
  existingTopic,
  readableTopic,
} from './access.js'

const topicsWith = (...configs: TopicConfig[]) =>
  ({ get: (name: string) => configs.find(({ topicName }) => topicName === name) }) as TopicTable

const groupsWith = (...configs: SubscriptionGroupConfig[]) =>
  ({ find: (name: string) => configs.find(({ groupName }) => groupName === name) }) as SubscriptionGroupTable

const refusal = (code: string) => expect.objectContaining({ code })

describe('a topic', () => {
  const orders = topicConfig('orders')

  it('that exists is found, and one that does not is refused in the words for what it was wanted for', () => {
    expect(existingTopic(topicsWith(orders), 'orders', 'send')).toBe(orders)
    expect(() => existingTopic(topicsWith(), 'orders', 'send')).toThrow(refusal('TOPIC_NOT_EXIST'))
    expect(() => existingTopic(topicsWith(), 'orders', 'send')).toThrow('apply first please! Create it')
    expect(() => existingTopic(topicsWith(), 'orders', 'recall')).toThrow(/^recall failed/)
  })

  it('is readable only with the permission', () => {
    expect(readableTopic(topicsWith(orders), 'orders', 'pulling message')).toBe(orders)
    const closed = topicsWith(topicConfig('orders', { perm: Permission.WRITE }))
    expect(() => readableTopic(closed, 'orders', 'pop message')).toThrow(refusal('TOPIC_NOT_READABLE'))
    expect(() => readableTopic(closed, 'orders', 'pop message')).toThrow('the topic[orders] pop message')
  })

  it('is read within its queues', () => {
    const two = topicConfig('orders', { readQueueNums: 2 })
    for (const queueId of [0, 1]) checkReadableQueue(two, queueId)
    for (const queueId of [-1, 2])
      expect(() => checkReadableQueue(two, queueId)).toThrow(refusal('QUEUE_NOT_READABLE'))
  })
})

describe('a group', () => {
  const readers = subscriptionGroupConfig('readers')

  it('consumes when it exists and may', () => {
    expect(consumingGroup(groupsWith(readers), 'readers')).toBe(readers)
    expect(() => consumingGroup(groupsWith(), 'readers')).toThrow(refusal('SUBSCRIPTION_GROUP_NOT_EXIST'))
    const disabled = groupsWith({ ...readers, consumeEnable: false })
    expect(() => consumingGroup(disabled, 'readers')).toThrow(refusal('GROUP_CONSUMING_DISABLED'))
  })
})

describe('a broker', () => {
  const config = (brokerPermission: number) =>
    new LiveConfig(parseBrokerOptions({ directory: 'unused', brokerPermission }))

  it('is read only with the permission, and a pull is told with the whole header', () => {
    checkBrokerReadable(config(Permission.READ), 'pulling message')
    const closed = config(Permission.WRITE)
    expect(() => checkBrokerReadable(closed, 'pulling message')).toThrow(
      expect.objectContaining({
        code: 'BROKER_NOT_READABLE',
        fields: expect.objectContaining({ forbiddenType: 1, nextBeginOffset: 0 }),
      }),
    )
  })
})
