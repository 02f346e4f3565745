import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/** Changes a subject's policies. Apache: UpdateAclRequestHeader, AclInfo (body). */
export const authUpdateAcl = defineCommand({
  code: RequestCode.AUTH_UPDATE_ACL,
  request: {
    subject: optional(text()),
  },
})
