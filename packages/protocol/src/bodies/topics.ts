import { body } from '../body/body.js'
import { flag, integer, list, mapOf, nullable, object, string, type ValueOf } from '../body/shape.js'
import { DataVersion } from './tables.js'

export const topicConfigFields = {
  topicName: string(),
  readQueueNums: integer(16),
  writeQueueNums: integer(16),
  perm: integer(6),
  topicFilterType: string('SINGLE_TAG'),
  topicSysFlag: integer(),
  order: flag(),
  attributes: mapOf(string(), string()),
}

/** What a broker knows of one topic. Apache: TopicConfig. */
export const TopicConfig = body('TopicConfig', topicConfigFields)
export type TopicConfig = ValueOf<typeof TopicConfig>

/** Topic names. Apache: TopicList. */
export const TopicList = body('TopicList', {
  topicList: list(string()),
  brokerAddr: nullable(string()),
})
export type TopicList = ValueOf<typeof TopicList>

/** Where one generation of a static topic's logical queue lies. Apache: LogicQueueMappingItem. */
export const LogicQueueMappingItem = object({
  gen: integer(),
  queueId: integer(),
  bname: string(),
  logicOffset: integer(),
  startOffset: integer(),
  endOffset: integer(-1),
  timeOfStart: integer(-1),
  timeOfEnd: integer(-1),
})
export type LogicQueueMappingItem = ValueOf<typeof LogicQueueMappingItem>

const mappingFields = {
  topic: nullable(string()),
  scope: nullable(string()),
  totalQueues: integer(),
  bname: nullable(string()),
  epoch: integer(),
  dirty: flag(),
  currIdMap: mapOf(integer(), integer()),
}

/** Which logical queues of a static topic a broker leads. Apache: TopicQueueMappingInfo. */
export const TopicQueueMappingInfo = object(mappingFields)
export type TopicQueueMappingInfo = ValueOf<typeof TopicQueueMappingInfo>

/** The same with the logical queues' history. Apache: TopicQueueMappingDetail. */
export const TopicQueueMappingDetail = body('TopicQueueMappingDetail', {
  ...mappingFields,
  hostedQueues: mapOf(integer(), list(LogicQueueMappingItem)),
})
export type TopicQueueMappingDetail = ValueOf<typeof TopicQueueMappingDetail>

/** All topics of a broker with the mappings of static ones. Apache: TopicConfigAndMappingSerializeWrapper. */
export const TopicConfigAndMappingSerializeWrapper = body('TopicConfigAndMappingSerializeWrapper', {
  topicConfigTable: mapOf(string(), TopicConfig),
  dataVersion: DataVersion,
  topicQueueMappingInfoMap: mapOf(string(), TopicQueueMappingInfo),
  topicQueueMappingDetailMap: mapOf(string(), TopicQueueMappingDetail),
  mappingDataVersion: nullable(DataVersion),
})
export type TopicConfigAndMappingSerializeWrapper = ValueOf<typeof TopicConfigAndMappingSerializeWrapper>
