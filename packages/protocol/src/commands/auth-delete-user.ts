import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/** Deletes a user. Apache: DeleteUserRequestHeader. */
export const authDeleteUser = defineCommand({
  code: RequestCode.AUTH_DELETE_USER,
  request: {
    username: optional(text()),
  },
})
