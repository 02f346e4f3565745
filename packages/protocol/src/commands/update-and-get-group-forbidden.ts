import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, optional, text } from '../command/field.js'

/**
 * Forbids a group to read a topic, or asks whether it is forbidden; the body is a GroupForbidden. Apache:
 * UpdateGroupForbiddenRequestHeader.
 */
export const updateAndGetGroupForbidden = defineCommand({
  code: RequestCode.UPDATE_AND_GET_GROUP_FORBIDDEN,
  request: {
    group: text(),
    topic: text(),
    readable: optional(boolean()),
  },
})
