import { body } from '../body/body.js'
import { integer, list, mapOf, nullable, object, pairs, string, type ValueOf } from '../body/shape.js'
import { MessageQueue } from './routes.js'
import { DataVersion } from './tables.js'
import { TopicConfig, TopicQueueMappingDetail } from './topics.js'

/** All topics of a broker; also the shape of topics.json. Apache: TopicConfigSerializeWrapper. */
export const TopicConfigSerializeWrapper = body('TopicConfigSerializeWrapper', {
  topicConfigTable: mapOf(string(), TopicConfig),
  dataVersion: DataVersion,
})
export type TopicConfigSerializeWrapper = ValueOf<typeof TopicConfigSerializeWrapper>

/**
 * All static topics of a broker; also the shape of topicQueueMapping.json. Apache:
 * TopicQueueMappingSerializeWrapper.
 */
export const TopicQueueMappingSerializeWrapper = body('TopicQueueMappingSerializeWrapper', {
  topicQueueMappingInfoMap: mapOf(string(), TopicQueueMappingDetail),
  dataVersion: DataVersion,
})
export type TopicQueueMappingSerializeWrapper = ValueOf<typeof TopicQueueMappingSerializeWrapper>

/** The file in which a broadcasting consumer keeps its offsets. Apache: OffsetSerializeWrapper of the client. */
export const OffsetSerializeWrapper = body('OffsetSerializeWrapper', {
  offsetTable: pairs(MessageQueue, integer()),
})
export type OffsetSerializeWrapper = ValueOf<typeof OffsetSerializeWrapper>

/**
 * The messages of one queue that were popped in order last; letters as on disk: i invisible time, o offsets (the first
 * absolute, the others relative to it), ot offset → time at which it may be popped again, oc offset → how often it was
 * popped before, l time of the pop, cm bits of the acknowledged ones, a attempt id. Apache:
 * QueueLevelConsumerManager.OrderInfo.
 */
export const OrderInfo = object({
  popTime: integer(),
  i: integer(),
  o: list(integer()),
  ot: mapOf(integer(), integer()),
  oc: mapOf(integer(), integer()),
  l: integer(),
  cm: integer(),
  a: nullable(string()),
})
export type OrderInfo = ValueOf<typeof OrderInfo>

/** `topic@group` → queue id → what was popped in order last; the file consumerOrderInfo.json. */
export const ConsumerOrderInfo = body('ConsumerOrderInfo', {
  table: mapOf(string(), mapOf(integer(), OrderInfo)),
})
export type ConsumerOrderInfo = ValueOf<typeof ConsumerOrderInfo>

/**
 * The nameserver's configuration table by namespace; also the shape of kvConfig.json. Apache:
 * KVConfigSerializeWrapper.
 */
export const KVConfigSerializeWrapper = body('KVConfigSerializeWrapper', {
  configTable: mapOf(string(), mapOf(string(), string())),
})
export type KVConfigSerializeWrapper = ValueOf<typeof KVConfigSerializeWrapper>
