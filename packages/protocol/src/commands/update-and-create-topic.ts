import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, optional, text } from '../command/field.js'

/**
 * Creates a topic or changes it. `defaultTopic` is the name clients send for TBW102 and has no effect. Apache:
 * CreateTopicRequestHeader.
 */
export const updateAndCreateTopic = defineCommand({
  code: RequestCode.UPDATE_AND_CREATE_TOPIC,
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
