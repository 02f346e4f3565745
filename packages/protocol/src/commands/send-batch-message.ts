import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { sendMessageFieldsV2, sendMessageResponseFields } from './send-message-fields.js'

/**
 * Stores several messages of one topic; the body is `encodeBatchMessages`. Apache: SendMessageRequestHeaderV2,
 * SendMessageResponseHeader.
 */
export const sendBatchMessage = defineCommand({
  code: RequestCode.SEND_BATCH_MESSAGE,
  request: sendMessageFieldsV2,
  response: sendMessageResponseFields,
})
