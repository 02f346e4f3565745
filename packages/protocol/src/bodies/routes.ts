import { bodyOf, flag, integer, list, mapOf, nullable, object, string, type ValueOf } from '../body/shape.js'
import { topicQueueMappingInfoShape } from './topics.js'

export const messageQueueShape = object({
  topic: string(),
  brokerName: string(),
  queueId: integer(),
})

/** One queue of a topic at one broker name. Apache: MessageQueue. */
export type MessageQueue = ValueOf<typeof messageQueueShape>

export const queueDataShape = object({
  brokerName: string(),
  readQueueNums: integer(),
  writeQueueNums: integer(),
  perm: integer(),
  topicSysFlag: integer(),
})

/**
 * How many queues of a topic a broker name has, and what may be done with them (`perm`, see `Permission`). Apache:
 * QueueData.
 */
export type QueueData = ValueOf<typeof queueDataShape>

export const brokerDataShape = object({
  cluster: nullable(string()),
  brokerName: string(),
  brokerAddrs: mapOf(integer(), string()),
  zoneName: nullable(string()),
  enableActingMaster: flag(),
})

/** The addresses of one broker name by broker id; 0 is the master. Apache: BrokerData. */
export type BrokerData = ValueOf<typeof brokerDataShape>

export const topicRouteDataShape = object({
  orderTopicConf: nullable(string()),
  queueDatas: list(queueDataShape),
  brokerDatas: list(brokerDataShape),
  filterServerTable: mapOf(string(), list(string())),
  topicQueueMappingByBroker: nullable(mapOf(string(), topicQueueMappingInfoShape)),
})

/** Where a topic's queues are. Apache: TopicRouteData. */
export type TopicRouteData = ValueOf<typeof topicRouteDataShape>

export const { encode: encodeTopicRouteData, decode: decodeTopicRouteData } = bodyOf(
  'TopicRouteData',
  topicRouteDataShape,
)
