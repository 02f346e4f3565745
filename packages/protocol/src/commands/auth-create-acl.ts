import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/** Gives a subject policies. Apache: CreateAclRequestHeader, AclInfo (body). */
export const authCreateAcl = defineCommand({
  code: RequestCode.AUTH_CREATE_ACL,
  request: {
    subject: optional(text()),
  },
})
