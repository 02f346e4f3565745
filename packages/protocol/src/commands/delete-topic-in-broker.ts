import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { text } from '../command/field.js'

/** Deletes a topic of a broker and its messages' queues. Apache: DeleteTopicRequestHeader. */
export const deleteTopicInBroker = defineCommand({
  code: RequestCode.DELETE_TOPIC_IN_BROKER,
  request: {
    topic: text(),
  },
})
