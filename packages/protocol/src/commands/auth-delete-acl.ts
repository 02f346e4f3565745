import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/** Takes policies from a subject. Apache: DeleteAclRequestHeader. */
export const authDeleteAcl = defineCommand({
  code: RequestCode.AUTH_DELETE_ACL,
  request: {
    subject: optional(text()),
    policyType: optional(text()),
    resource: optional(text()),
  },
})
