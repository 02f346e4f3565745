import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/** One user. Apache: GetUserRequestHeader, UserInfo (response body). */
export const authGetUser = defineCommand({
  code: RequestCode.AUTH_GET_USER,
  request: {
    username: optional(text()),
  },
})
