import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { sendMessageFields, sendMessageResponseFields } from './send-message-fields.js'

/**
 * The answer of a request-reply exchange, to be pushed to the requester. Apache: SendMessageRequestHeader,
 * SendMessageResponseHeader.
 */
export const sendReplyMessage = defineCommand({
  code: RequestCode.SEND_REPLY_MESSAGE,
  request: sendMessageFields,
  response: sendMessageResponseFields,
})
