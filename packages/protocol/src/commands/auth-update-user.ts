import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/** Changes a user. Apache: UpdateUserRequestHeader, UserInfo (body). */
export const authUpdateUser = defineCommand({
  code: RequestCode.AUTH_UPDATE_USER,
  request: {
    username: optional(text()),
  },
})
