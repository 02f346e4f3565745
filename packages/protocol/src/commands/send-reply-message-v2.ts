import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { sendMessageFieldsV2, sendMessageResponseFields } from './send-message-fields.js'

/**
 * The same as SEND_REPLY_MESSAGE with single-letter field names. Apache: SendMessageRequestHeaderV2,
 * SendMessageResponseHeader.
 */
export const sendReplyMessageV2 = defineCommand({
  code: RequestCode.SEND_REPLY_MESSAGE_V2,
  request: sendMessageFieldsV2,
  response: sendMessageResponseFields,
})
