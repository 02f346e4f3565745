import { bodyOf, list, object, optional, text, type ValueOf } from './shape.js'

export const topicListShape = object({
  topicList: list(text()),
  brokerAddr: optional(text()),
})

/** Topic names. Apache: TopicList. */
export type TopicList = ValueOf<typeof topicListShape>

export const { encode: encodeTopicList, decode: decodeTopicList } = bodyOf('TopicList', topicListShape)
