import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { sendMessageFields, sendMessageResponseFields } from './send-message-fields.js'

/**
 * Stores one message; the header fields have their full names. Sent by clients that do not use SEND_MESSAGE_V2.
 * Apache: SendMessageRequestHeader, SendMessageResponseHeader.
 */
export const sendMessage = defineCommand({
  code: RequestCode.SEND_MESSAGE,
  request: sendMessageFields,
  response: sendMessageResponseFields,
})
