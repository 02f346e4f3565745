import { dataVersionShape } from './data-version.js'
import { bodyOf, mapOf, object, text, type ValueOf } from './shape.js'
import { topicConfigShape } from './topic-config.js'

export const topicConfigSerializeWrapperShape = object({
  topicConfigTable: mapOf(text(), topicConfigShape),
  dataVersion: dataVersionShape,
})

/** All topics of a broker; also the shape of topics.json. Apache: TopicConfigSerializeWrapper. */
export type TopicConfigSerializeWrapper = ValueOf<typeof topicConfigSerializeWrapperShape>

export const { encode: encodeTopicConfigSerializeWrapper, decode: decodeTopicConfigSerializeWrapper } =
  bodyOf('TopicConfigSerializeWrapper', topicConfigSerializeWrapperShape)
