import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { sendMessageFieldsV2, sendMessageResponseFields } from './send-message-fields.js'

/**
 * Stores one message; single-letter field names keep the header short. The default of Java and Go clients. Apache:
 * SendMessageRequestHeaderV2, SendMessageResponseHeader.
 */
export const sendMessageV2 = defineCommand({
  code: RequestCode.SEND_MESSAGE_V2,
  request: sendMessageFieldsV2,
  response: sendMessageResponseFields,
})
