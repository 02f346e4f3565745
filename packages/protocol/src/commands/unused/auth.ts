import { bodyOf, list, nullable, object, string, type ValueOf } from '../../body/shape.js'
import { RequestCode } from '../../codes/request-code.js'
import { defineCommand } from '../../command/command.js'
import { optional, text } from '../../command/field.js'

/** Creates a user. Apache: CreateUserRequestHeader, UserInfo (body). */
export const authCreateUser = defineCommand({
  code: RequestCode.AUTH_CREATE_USER,
  request: {
    username: optional(text()),
  },
})

/** Changes a user. Apache: UpdateUserRequestHeader, UserInfo (body). */
export const authUpdateUser = defineCommand({
  code: RequestCode.AUTH_UPDATE_USER,
  request: {
    username: optional(text()),
  },
})

/** Deletes a user. Apache: DeleteUserRequestHeader. */
export const authDeleteUser = defineCommand({
  code: RequestCode.AUTH_DELETE_USER,
  request: {
    username: optional(text()),
  },
})

/** One user. Apache: GetUserRequestHeader, UserInfo (response body). */
export const authGetUser = defineCommand({
  code: RequestCode.AUTH_GET_USER,
  request: {
    username: optional(text()),
  },
})

/** Users whose name contains the filter. Apache: ListUsersRequestHeader, UserInfo (response body). */
export const authListUser = defineCommand({
  code: RequestCode.AUTH_LIST_USER,
  request: {
    filter: optional(text()),
  },
})

export const userInfoShape = object({
  username: nullable(string()),
  password: nullable(string()),
  userType: nullable(string()),
  userStatus: nullable(string()),
})

/** A user; `userType` Super or Normal, `userStatus` enable or disable. Apache: UserInfo. */
export type UserInfo = ValueOf<typeof userInfoShape>

export const { encode: encodeUserInfo, decode: decodeUserInfo } = bodyOf('UserInfo', userInfoShape)

/** What AUTH_LIST_USER answers. */
export const { encode: encodeUserInfoList, decode: decodeUserInfoList } = bodyOf(
  'List<UserInfo>',
  list(userInfoShape),
)

/** Gives a subject policies. Apache: CreateAclRequestHeader, AclInfo (body). */
export const authCreateAcl = defineCommand({
  code: RequestCode.AUTH_CREATE_ACL,
  request: {
    subject: optional(text()),
  },
})

/** Changes a subject's policies. Apache: UpdateAclRequestHeader, AclInfo (body). */
export const authUpdateAcl = defineCommand({
  code: RequestCode.AUTH_UPDATE_ACL,
  request: {
    subject: optional(text()),
  },
})

/** Takes policies from a subject. Apache: DeleteAclRequestHeader. */
export const authDeleteAcl = defineCommand({
  code: RequestCode.AUTH_DELETE_ACL,
  request: {
    subject: optional(text()),
    policyType: optional(text()),
    resource: optional(text()),
  },
})

/** One subject's policies. Apache: GetAclRequestHeader, AclInfo (response body). */
export const authGetAcl = defineCommand({
  code: RequestCode.AUTH_GET_ACL,
  request: {
    subject: optional(text()),
  },
})

/** Policies by subject and resource. Apache: ListAclsRequestHeader, AclInfo (response body). */
export const authListAcl = defineCommand({
  code: RequestCode.AUTH_LIST_ACL,
  request: {
    subjectFilter: optional(text()),
    resourceFilter: optional(text()),
  },
})

export const policyEntryInfoShape = object({
  resource: nullable(string()),
  actions: nullable(list(string())),
  sourceIps: nullable(list(string())),
  decision: nullable(string()),
})

/** What may be done with one resource from where. Apache: PolicyEntryInfo. */
export type PolicyEntryInfo = ValueOf<typeof policyEntryInfoShape>

export const policyInfoShape = object({
  policyType: nullable(string()),
  entries: nullable(list(policyEntryInfoShape)),
})

/** Entries of one kind, Custom or Default. Apache: PolicyInfo. */
export type PolicyInfo = ValueOf<typeof policyInfoShape>

export const aclInfoShape = object({
  subject: nullable(string()),
  policies: nullable(list(policyInfoShape)),
})

/** A subject's policies. Apache: AclInfo. */
export type AclInfo = ValueOf<typeof aclInfoShape>

export const { encode: encodeAclInfo, decode: decodeAclInfo } = bodyOf('AclInfo', aclInfoShape)

/** What AUTH_LIST_ACL answers. */
export const { encode: encodeAclInfoList, decode: decodeAclInfoList } = bodyOf(
  'List<AclInfo>',
  list(aclInfoShape),
)
