import { bodyOf, flag, integer, mapOf, object, optional, text, type ValueOf } from './shape.js'
import { topicQueueMappingDetailShape } from './topic-queue-mapping.js'

export const topicConfigAndQueueMappingShape = object({
  topicName: text(),
  readQueueNums: integer(16),
  writeQueueNums: integer(16),
  perm: integer(6),
  topicFilterType: text('SINGLE_TAG'),
  topicSysFlag: integer(),
  order: flag(),
  attributes: mapOf(text(), text()),
  mappingDetail: optional(topicQueueMappingDetailShape),
})

/** A topic's configuration and, for a static topic, its mapping. Apache: TopicConfigAndQueueMapping. */
export type TopicConfigAndQueueMapping = ValueOf<typeof topicConfigAndQueueMappingShape>

export const { encode: encodeTopicConfigAndQueueMapping, decode: decodeTopicConfigAndQueueMapping } = bodyOf(
  'TopicConfigAndQueueMapping',
  topicConfigAndQueueMappingShape,
)
