import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { pullMessageFields, pullMessageResponseFields } from './pull-message-fields.js'

/**
 * PULL_MESSAGE from a DefaultLitePullConsumer: same fields, its own flow control at the broker. Apache:
 * PullMessageRequestHeader, PullMessageResponseHeader.
 */
export const litePullMessage = defineCommand({
  code: RequestCode.LITE_PULL_MESSAGE,
  request: pullMessageFields,
  response: pullMessageResponseFields,
})
