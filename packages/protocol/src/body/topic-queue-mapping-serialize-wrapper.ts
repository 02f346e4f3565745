import { dataVersionShape } from './data-version.js'
import { bodyOf, mapOf, object, text, type ValueOf } from './shape.js'
import { topicQueueMappingDetailShape } from './topic-queue-mapping.js'

export const topicQueueMappingSerializeWrapperShape = object({
  topicQueueMappingInfoMap: mapOf(text(), topicQueueMappingDetailShape),
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
