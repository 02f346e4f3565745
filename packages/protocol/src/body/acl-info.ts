import { bodyOf, list, object, optional, text, type ValueOf } from './shape.js'

export const policyEntryInfoShape = object({
  resource: optional(text()),
  actions: optional(list(text())),
  sourceIps: optional(list(text())),
  decision: optional(text()),
})

/** What may be done with one resource from where. Apache: PolicyEntryInfo. */
export type PolicyEntryInfo = ValueOf<typeof policyEntryInfoShape>

export const policyInfoShape = object({
  policyType: optional(text()),
  entries: optional(list(policyEntryInfoShape)),
})

/** Entries of one kind, Custom or Default. Apache: PolicyInfo. */
export type PolicyInfo = ValueOf<typeof policyInfoShape>

export const aclInfoShape = object({
  subject: optional(text()),
  policies: optional(list(policyInfoShape)),
})

/** A subject's policies. Apache: AclInfo. */
export type AclInfo = ValueOf<typeof aclInfoShape>

export const { encode: encodeAclInfo, decode: decodeAclInfo } = bodyOf('AclInfo', aclInfoShape)

/** What AUTH_LIST_ACL answers. */
export const { encode: encodeAclInfoList, decode: decodeAclInfoList } = bodyOf(
  'List<AclInfo>',
  list(aclInfoShape),
)
