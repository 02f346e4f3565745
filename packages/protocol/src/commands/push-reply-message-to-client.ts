import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, int64, optional, text } from '../command/field.js'

/**
 * The broker hands the answer of a request-reply exchange to the requester; the body is the message's. Apache:
 * ReplyMessageRequestHeader.
 */
export const pushReplyMessageToClient = defineCommand({
  code: RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT,
  request: {
    producerGroup: text(),
    topic: text(),
    defaultTopic: text(),
    defaultTopicQueueNums: int32(),
    queueId: int32(),
    sysFlag: int32(),
    bornTimestamp: int64(),
    flag: int32(),
    properties: optional(text()),
    reconsumeTimes: optional(int32()),
    unitMode: boolean({ default: false }),
    bornHost: text(),
    storeHost: text(),
    storeTimestamp: int64(),
  },
})
