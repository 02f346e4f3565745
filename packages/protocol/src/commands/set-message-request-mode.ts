import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** Lets a group pull or pop a topic; everything is in the body. Apache: SetMessageRequestModeRequestBody. */
export const setMessageRequestMode = defineCommand({
  code: RequestCode.SET_MESSAGE_REQUEST_MODE,
})
