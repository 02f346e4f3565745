import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/** Users whose name contains the filter. Apache: ListUsersRequestHeader, UserInfo (response body). */
export const authListUser = defineCommand({
  code: RequestCode.AUTH_LIST_USER,
  request: {
    filter: optional(text()),
  },
})
