import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * A slave copies what SET_MESSAGE_REQUEST_MODE has set. Apache: MessageRequestModeSerializeWrapper (response
 * body).
 */
export const getAllMessageRequestMode = defineCommand({
  code: RequestCode.GET_ALL_MESSAGE_REQUEST_MODE,
})
