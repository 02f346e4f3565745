import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, optional, text } from '../command/field.js'

/**
 * Creates a topic whose logical queues are mapped to brokers; the body is the mapping. Apache:
 * CreateTopicRequestHeader, TopicQueueMappingDetail.
 */
export const updateAndCreateStaticTopic = defineCommand({
  code: RequestCode.UPDATE_AND_CREATE_STATIC_TOPIC,
  request: {
    topic: text(),
    defaultTopic: text(),
    readQueueNums: int32(),
    writeQueueNums: int32(),
    perm: int32(),
    topicFilterType: text(),
    topicSysFlag: optional(int32()),
    order: boolean({ default: false }),
    attributes: optional(text()),
    force: boolean({ default: false }),
  },
})
