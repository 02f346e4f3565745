import { dataVersionShape } from './data-version.js'
import { bodyOf, mapOf, object, optional, text, type ValueOf } from './shape.js'
import { topicConfigShape } from './topic-config.js'
import { topicQueueMappingDetailShape, topicQueueMappingInfoShape } from './topic-queue-mapping.js'

export const topicConfigAndMappingSerializeWrapperShape = object({
  topicConfigTable: mapOf(text(), topicConfigShape),
  dataVersion: dataVersionShape,
  topicQueueMappingInfoMap: mapOf(text(), topicQueueMappingInfoShape),
  topicQueueMappingDetailMap: mapOf(text(), topicQueueMappingDetailShape),
  mappingDataVersion: optional(dataVersionShape),
})

/** All topics of a broker with the mappings of static ones. Apache: TopicConfigAndMappingSerializeWrapper. */
export type TopicConfigAndMappingSerializeWrapper = ValueOf<typeof topicConfigAndMappingSerializeWrapperShape>

export const {
  encode: encodeTopicConfigAndMappingSerializeWrapper,
  decode: decodeTopicConfigAndMappingSerializeWrapper,
} = bodyOf('TopicConfigAndMappingSerializeWrapper', topicConfigAndMappingSerializeWrapperShape)
