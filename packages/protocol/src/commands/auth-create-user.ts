import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/** Creates a user. Apache: CreateUserRequestHeader, UserInfo (body). */
export const authCreateUser = defineCommand({
  code: RequestCode.AUTH_CREATE_USER,
  request: {
    username: optional(text()),
  },
})
