import { isWritable } from '@rocketeer/protocol'
import { type BrokerData, MASTER_ID, type TopicRouteData } from '@rocketeer/protocol/bodies'
import { type BrokerGroup, type BrokerTable, leastId } from './broker-table.js'
import type { StaticTopicTable } from './static-topic-table.js'
import type { TopicTable } from './topic-table.js'

export interface RouteSources {
  brokers: BrokerTable
  topics: TopicTable
  staticTopics: StaticTopicTable
}

/** Prefix of the topics by which brokers look up their own group, with its real ids. Apache: TopicValidator. */
const SYNC_BROKER_MEMBER_GROUP = 'rmq_sys_SYNC_BROKER_MEMBER_'

/**
 * The topic route: where a topic's queues are; undefined when no broker has the topic. With `actingMaster` the slave with
 * the least id takes the id of a missing master, so that old clients find it. Apache: RouteInfoManager.pickupTopicRouteData.
 */
export function topicRoute(
  topic: string,
  { brokers, topics, staticTopics }: RouteSources,
  actingMaster: boolean,
): TopicRouteData | undefined {
  const queueDatas = [...topics.queues(topic)]
  const groups = queueDatas.flatMap(({ brokerName }) => brokers.group(brokerName) ?? [])
  if (groups.length === 0) return undefined
  const mappings = staticTopics.mappings(topic)
  const mayAct = actingMaster && !topic.startsWith(SYNC_BROKER_MEMBER_GROUP)
  return {
    queueDatas,
    brokerDatas: groups.map((group) => {
      const perm = queueDatas.find(({ brokerName }) => brokerName === group.brokerName)?.perm ?? 0
      return brokerData(group, mayAct && !isWritable(perm))
    }),
    filterServerTable: new Map(),
    ...(mappings ? { topicQueueMappingByBroker: new Map(mappings) } : {}),
  }
}

export function brokerData(group: BrokerGroup, slaveMayAct = false): BrokerData {
  const brokerAddrs = new Map([...group.addresses].sort(([a], [b]) => a - b))
  if (slaveMayAct && group.enableActingMaster && !brokerAddrs.has(MASTER_ID)) {
    const id = leastId(group)
    brokerAddrs.set(MASTER_ID, brokerAddrs.get(id)!)
    brokerAddrs.delete(id)
  }
  return {
    cluster: group.cluster,
    brokerName: group.brokerName,
    brokerAddrs,
    enableActingMaster: group.enableActingMaster,
  }
}
