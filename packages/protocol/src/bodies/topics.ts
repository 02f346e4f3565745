import { bodyOf, flag, integer, list, mapOf, nullable, object, string, type ValueOf } from '../body/shape.js'
import { dataVersionShape } from './tables.js'

export const topicConfigShape = object({
  topicName: string(),
  readQueueNums: integer(16),
  writeQueueNums: integer(16),
  perm: integer(6),
  topicFilterType: string('SINGLE_TAG'),
  topicSysFlag: integer(),
  order: flag(),
  attributes: mapOf(string(), string()),
})

/** What a broker knows of one topic. Apache: TopicConfig. */
export type TopicConfig = ValueOf<typeof topicConfigShape>

export const { encode: encodeTopicConfig, decode: decodeTopicConfig } = bodyOf(
  'TopicConfig',
  topicConfigShape,
)

export const topicListShape = object({
  topicList: list(string()),
  brokerAddr: nullable(string()),
})

/** Topic names. Apache: TopicList. */
export type TopicList = ValueOf<typeof topicListShape>

export const { encode: encodeTopicList, decode: decodeTopicList } = bodyOf('TopicList', topicListShape)

export const logicQueueMappingItemShape = object({
  gen: integer(),
  queueId: integer(),
  bname: string(),
  logicOffset: integer(),
  startOffset: integer(),
  endOffset: integer(-1),
  timeOfStart: integer(-1),
  timeOfEnd: integer(-1),
})

/** Where one generation of a static topic's logical queue lies. Apache: LogicQueueMappingItem. */
export type LogicQueueMappingItem = ValueOf<typeof logicQueueMappingItemShape>

export const topicQueueMappingInfoShape = object({
  topic: nullable(string()),
  scope: nullable(string()),
  totalQueues: integer(),
  bname: nullable(string()),
  epoch: integer(),
  dirty: flag(),
  currIdMap: mapOf(integer(), integer()),
})

/** Which logical queues of a static topic a broker leads. Apache: TopicQueueMappingInfo. */
export type TopicQueueMappingInfo = ValueOf<typeof topicQueueMappingInfoShape>

export const topicQueueMappingDetailShape = object({
  topic: nullable(string()),
  scope: nullable(string()),
  totalQueues: integer(),
  bname: nullable(string()),
  epoch: integer(),
  dirty: flag(),
  currIdMap: mapOf(integer(), integer()),
  hostedQueues: mapOf(integer(), list(logicQueueMappingItemShape)),
})

/** The same with the logical queues' history. Apache: TopicQueueMappingDetail. */
export type TopicQueueMappingDetail = ValueOf<typeof topicQueueMappingDetailShape>

export const { encode: encodeTopicQueueMappingDetail, decode: decodeTopicQueueMappingDetail } = bodyOf(
  'TopicQueueMappingDetail',
  topicQueueMappingDetailShape,
)

export const topicConfigAndMappingSerializeWrapperShape = object({
  topicConfigTable: mapOf(string(), topicConfigShape),
  dataVersion: dataVersionShape,
  topicQueueMappingInfoMap: mapOf(string(), topicQueueMappingInfoShape),
  topicQueueMappingDetailMap: mapOf(string(), topicQueueMappingDetailShape),
  mappingDataVersion: nullable(dataVersionShape),
})

/** All topics of a broker with the mappings of static ones. Apache: TopicConfigAndMappingSerializeWrapper. */
export type TopicConfigAndMappingSerializeWrapper = ValueOf<typeof topicConfigAndMappingSerializeWrapperShape>

export const {
  encode: encodeTopicConfigAndMappingSerializeWrapper,
  decode: decodeTopicConfigAndMappingSerializeWrapper,
} = bodyOf('TopicConfigAndMappingSerializeWrapper', topicConfigAndMappingSerializeWrapperShape)
