import { bodyOf, flag, integer, list, mapOf, object, optional, text, type ValueOf } from './shape.js'
import { topicQueueMappingInfoShape } from './topic-queue-mapping.js'

export const queueDataShape = object({
  brokerName: text(),
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
  cluster: optional(text()),
  brokerName: text(),
  brokerAddrs: mapOf(integer(), text()),
  zoneName: optional(text()),
  enableActingMaster: flag(),
})

/** The addresses of one broker name by broker id; 0 is the master. Apache: BrokerData. */
export type BrokerData = ValueOf<typeof brokerDataShape>

export const topicRouteDataShape = object({
  orderTopicConf: optional(text()),
  queueDatas: list(queueDataShape),
  brokerDatas: list(brokerDataShape),
  filterServerTable: mapOf(text(), list(text())),
  topicQueueMappingByBroker: optional(mapOf(text(), topicQueueMappingInfoShape)),
})

/** Where a topic's queues are. Apache: TopicRouteData. */
export type TopicRouteData = ValueOf<typeof topicRouteDataShape>

export const { encode: encodeTopicRouteData, decode: decodeTopicRouteData } = bodyOf(
  'TopicRouteData',
  topicRouteDataShape,
)
