import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int32, optional, text } from '../command/field.js'

/**
 * All topics of a broker in pages of `maxTopicNum` from `topicSeq` on (peers before 5.4 send no fields and mean
 * all); the body is a TopicConfigAndMappingSerializeWrapper. Apache: GetAllTopicConfigRequestHeader,
 * GetAllTopicConfigResponseHeader.
 */
export const getAllTopicConfig = defineCommand({
  code: RequestCode.GET_ALL_TOPIC_CONFIG,
  request: {
    topicSeq: optional(int32()),
    dataVersion: optional(text()),
    maxTopicNum: optional(int32()),
  },
  response: {
    totalTopicNum: optional(int32()),
  },
})
