import { bodyOf, list, object, type ValueOf } from './shape.js'
import { topicConfigShape } from './topic-config.js'

export const createTopicListRequestBodyShape = object({
  topicConfigList: list(topicConfigShape),
})

/** Topics to be created together. Apache: CreateTopicListRequestBody. */
export type CreateTopicListRequestBody = ValueOf<typeof createTopicListRequestBodyShape>

export const { encode: encodeCreateTopicListRequestBody, decode: decodeCreateTopicListRequestBody } = bodyOf(
  'CreateTopicListRequestBody',
  createTopicListRequestBodyShape,
)
