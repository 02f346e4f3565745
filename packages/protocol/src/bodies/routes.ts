import { body } from '../body/body.js'
import { flag, integer, list, mapOf, nullable, object, string, type ValueOf } from '../body/shape.js'
import { TopicQueueMappingInfo } from './topics.js'

/** One queue of a topic at one broker name. Apache: MessageQueue. */
export const MessageQueue = object({
  topic: string(),
  brokerName: string(),
  queueId: integer(),
})
export type MessageQueue = ValueOf<typeof MessageQueue>

/**
 * How many queues of a topic a broker name has, and what may be done with them (`perm`, see `Permission`). Apache:
 * QueueData.
 */
export const QueueData = object({
  brokerName: string(),
  readQueueNums: integer(),
  writeQueueNums: integer(),
  perm: integer(),
  topicSysFlag: integer(),
})
export type QueueData = ValueOf<typeof QueueData>

/** The broker id of a master; slaves have larger ones. Apache: MixAll.MASTER_ID. */
export const MASTER_ID = 0

/** The addresses of one broker name by broker id. Apache: BrokerData. */
export const BrokerData = object({
  cluster: nullable(string()),
  brokerName: string(),
  brokerAddrs: mapOf(integer(), string()),
  zoneName: nullable(string()),
  enableActingMaster: flag(),
})
export type BrokerData = ValueOf<typeof BrokerData>

/** Where a topic's queues are. Apache: TopicRouteData. */
export const TopicRouteData = body('TopicRouteData', {
  orderTopicConf: nullable(string()),
  queueDatas: list(QueueData),
  brokerDatas: list(BrokerData),
  filterServerTable: mapOf(string(), list(string())),
  topicQueueMappingByBroker: nullable(mapOf(string(), TopicQueueMappingInfo)),
})
export type TopicRouteData = ValueOf<typeof TopicRouteData>
