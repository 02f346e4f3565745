import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/** One subject's policies. Apache: GetAclRequestHeader, AclInfo (response body). */
export const authGetAcl = defineCommand({
  code: RequestCode.AUTH_GET_ACL,
  request: {
    subject: optional(text()),
  },
})
