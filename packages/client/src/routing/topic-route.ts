import { isReadable, isWritable } from '@rocketeer/protocol'
import { MASTER_ID, type TopicRouteData } from '@rocketeer/protocol/bodies'
import { compareQueues, type MessageQueue } from './message-queue.js'
import { parseOrderConf } from './order-conf.js'

/** What clients need of a topic's route. Both lists are sorted, but for the queues of an order configuration. */
export interface TopicRoute {
  readonly topic: string
  /** Queues of brokers that have a master; of an order topic those of its configuration, whatever is up. */
  readonly writeQueues: readonly MessageQueue[]
  readonly readQueues: readonly MessageQueue[]
  readonly brokerNames: readonly string[]
  /** True when the topic does not exist yet and this is what it will get from TBW102. */
  readonly inherited: boolean
  /** An order configuration that cannot be read; there are no queues to write to then. */
  readonly orderConfInvalid?: string
}

/** Apache: MQClientInstance.topicRouteData2TopicPublishInfo and topicRouteData2TopicSubscribeInfo. */
export function topicRouteOf(topic: string, data: TopicRouteData): TopicRoute {
  const route = ordinaryRouteOf(topic, data)
  if (!data.orderTopicConf) return route
  const orderConf = parseOrderConf(data.orderTopicConf)
  if (orderConf === undefined) return { ...route, writeQueues: [], orderConfInvalid: data.orderTopicConf }
  const writeQueues: MessageQueue[] = []
  // In the order of the configuration: with a list of its own, a selector counts the same at every producer.
  for (const [brokerName, count] of orderConf) addQueues(writeQueues, topic, brokerName, count)
  return { ...route, writeQueues }
}

function ordinaryRouteOf(topic: string, data: TopicRouteData): TopicRoute {
  const withMaster = new Set(
    data.brokerDatas.filter((broker) => broker.brokerAddrs.has(MASTER_ID)).map((broker) => broker.brokerName),
  )
  const writeQueues: MessageQueue[] = []
  const readQueues: MessageQueue[] = []
  for (const { brokerName, perm, readQueueNums, writeQueueNums } of data.queueDatas) {
    if (isWritable(perm) && withMaster.has(brokerName))
      addQueues(writeQueues, topic, brokerName, writeQueueNums)
    if (isReadable(perm)) addQueues(readQueues, topic, brokerName, readQueueNums)
  }
  return {
    topic,
    writeQueues: writeQueues.sort(compareQueues),
    readQueues: readQueues.sort(compareQueues),
    brokerNames: data.brokerDatas.map((broker) => broker.brokerName),
    inherited: false,
  }
}

/** A topic that brokers will make of TBW102 when the first message comes. Apache: updateTopicRouteInfoFromNameServer. */
export function inheritedRouteOf(topic: string, data: TopicRouteData, queuesMax: number): TopicRoute {
  const queueDatas = data.queueDatas.map((queue) => {
    const count = Math.min(queuesMax, queue.readQueueNums)
    return { ...queue, readQueueNums: count, writeQueueNums: count }
  })
  return { ...topicRouteOf(topic, { ...data, queueDatas }), inherited: true }
}

function addQueues(queues: MessageQueue[], topic: string, brokerName: string, count: number): void {
  for (let queueId = 0; queueId < count; queueId++) queues.push({ topic, brokerName, queueId })
}
