import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/** Policies by subject and resource. Apache: ListAclsRequestHeader, AclInfo (response body). */
export const authListAcl = defineCommand({
  code: RequestCode.AUTH_LIST_ACL,
  request: {
    subjectFilter: optional(text()),
    resourceFilter: optional(text()),
  },
})
