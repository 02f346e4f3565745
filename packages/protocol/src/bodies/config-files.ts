import { bodyOf, integer, list, mapOf, nullable, object, pairs, string, type ValueOf } from '../body/shape.js'
import { messageQueueShape } from './routes.js'
import { dataVersionShape } from './tables.js'
import { topicConfigShape, topicQueueMappingDetailShape } from './topics.js'

export const topicConfigSerializeWrapperShape = object({
  topicConfigTable: mapOf(string(), topicConfigShape),
  dataVersion: dataVersionShape,
})

/** All topics of a broker; also the shape of topics.json. Apache: TopicConfigSerializeWrapper. */
export type TopicConfigSerializeWrapper = ValueOf<typeof topicConfigSerializeWrapperShape>

export const { encode: encodeTopicConfigSerializeWrapper, decode: decodeTopicConfigSerializeWrapper } =
  bodyOf('TopicConfigSerializeWrapper', topicConfigSerializeWrapperShape)

export const topicQueueMappingSerializeWrapperShape = object({
  topicQueueMappingInfoMap: mapOf(string(), topicQueueMappingDetailShape),
  dataVersion: dataVersionShape,
})

/**
 * All static topics of a broker; also the shape of topicQueueMapping.json. Apache:
 * TopicQueueMappingSerializeWrapper.
 */
export type TopicQueueMappingSerializeWrapper = ValueOf<typeof topicQueueMappingSerializeWrapperShape>

export const {
  encode: encodeTopicQueueMappingSerializeWrapper,
  decode: decodeTopicQueueMappingSerializeWrapper,
} = bodyOf('TopicQueueMappingSerializeWrapper', topicQueueMappingSerializeWrapperShape)

export const offsetSerializeWrapperShape = object({
  offsetTable: pairs(messageQueueShape, integer()),
})

/** The file a broadcasting consumer keeps its offsets in. Apache: OffsetSerializeWrapper of the client. */
export type OffsetSerializeWrapper = ValueOf<typeof offsetSerializeWrapperShape>

export const { encode: encodeOffsetSerializeWrapper, decode: decodeOffsetSerializeWrapper } = bodyOf(
  'OffsetSerializeWrapper',
  offsetSerializeWrapperShape,
)

export const orderInfoShape = object({
  popTime: integer(),
  i: integer(),
  o: list(integer()),
  ot: mapOf(integer(), integer()),
  oc: mapOf(integer(), integer()),
  l: integer(),
  cm: integer(),
  a: nullable(string()),
})

/**
 * What of a queue was popped in order last; letters as on disk: i invisible time, o offsets (the first absolute, the
 * others relative to it), ot offset → time at which it may be popped again, oc offset → how often it was popped before,
 * l time of the pop, cm bits of the acknowledged ones, a attempt id. Apache: QueueLevelConsumerManager.OrderInfo.
 */
export type OrderInfo = ValueOf<typeof orderInfoShape>

export const consumerOrderInfoShape = object({ table: mapOf(string(), mapOf(integer(), orderInfoShape)) })

/** `topic@group` → queue id → what was popped in order last; the file consumerOrderInfo.json. */
export type ConsumerOrderInfo = ValueOf<typeof consumerOrderInfoShape>

export const { encode: encodeConsumerOrderInfo, decode: decodeConsumerOrderInfo } = bodyOf(
  'ConsumerOrderInfo',
  consumerOrderInfoShape,
)

export const kvConfigSerializeWrapperShape = object({
  configTable: mapOf(string(), mapOf(string(), string())),
})

/**
 * The nameserver's configuration table by namespace; also the shape of kvConfig.json. Apache:
 * KVConfigSerializeWrapper.
 */
export type KVConfigSerializeWrapper = ValueOf<typeof kvConfigSerializeWrapperShape>

export const { encode: encodeKVConfigSerializeWrapper, decode: decodeKVConfigSerializeWrapper } = bodyOf(
  'KVConfigSerializeWrapper',
  kvConfigSerializeWrapperShape,
)
