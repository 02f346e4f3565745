import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { pullMessageFields, pullMessageResponseFields } from './pull-message-fields.js'

/**
 * Reads from one queue; the broker may hold the reply until a message arrives. The body is records in a row.
 * Apache: PullMessageRequestHeader, PullMessageResponseHeader.
 */
export const pullMessage = defineCommand({
  code: RequestCode.PULL_MESSAGE,
  request: pullMessageFields,
  response: pullMessageResponseFields,
})
