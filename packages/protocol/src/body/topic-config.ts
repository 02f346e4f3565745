import { bodyOf, flag, integer, mapOf, object, text, type ValueOf } from './shape.js'

export const topicConfigShape = object({
  topicName: text(),
  readQueueNums: integer(16),
  writeQueueNums: integer(16),
  perm: integer(6),
  topicFilterType: text('SINGLE_TAG'),
  topicSysFlag: integer(),
  order: flag(),
  attributes: mapOf(text(), text()),
})

/** What a broker knows of one topic. Apache: TopicConfig. */
export type TopicConfig = ValueOf<typeof topicConfigShape>

export const { encode: encodeTopicConfig, decode: decodeTopicConfig } = bodyOf(
  'TopicConfig',
  topicConfigShape,
)
