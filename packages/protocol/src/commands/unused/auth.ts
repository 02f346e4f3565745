import { body, bodyOf } from '../../body/body.js'
import { list, nullable, object, string, type ValueOf } from '../../body/shape.js'
import { RequestCode } from '../../codes/request-code.js'
import { defineCommand } from '../../command/command.js'
import { optional, text } from '../../command/field.js'

// Nobody sends or handles the commands of access control yet;
// their descriptions let tests compare them with Java's classes.

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

/** A user; `userType` Super or Normal, `userStatus` enable or disable. Apache: UserInfo. */
export const UserInfo = body('UserInfo', {
  username: nullable(string()),
  password: nullable(string()),
  userType: nullable(string()),
  userStatus: nullable(string()),
})
export type UserInfo = ValueOf<typeof UserInfo>

/** What AUTH_LIST_USER answers. */
export const UserInfoList = bodyOf('List<UserInfo>', list(UserInfo))

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

/** What may be done with one resource from where. Apache: PolicyEntryInfo. */
export const PolicyEntryInfo = object({
  resource: nullable(string()),
  actions: nullable(list(string())),
  sourceIps: nullable(list(string())),
  decision: nullable(string()),
})
export type PolicyEntryInfo = ValueOf<typeof PolicyEntryInfo>

/** Entries of one kind, Custom or Default. Apache: PolicyInfo. */
export const PolicyInfo = object({
  policyType: nullable(string()),
  entries: nullable(list(PolicyEntryInfo)),
})
export type PolicyInfo = ValueOf<typeof PolicyInfo>

/** A subject's policies. Apache: AclInfo. */
export const AclInfo = body('AclInfo', {
  subject: nullable(string()),
  policies: nullable(list(PolicyInfo)),
})
export type AclInfo = ValueOf<typeof AclInfo>

/** What AUTH_LIST_ACL answers. */
export const AclInfoList = bodyOf('List<AclInfo>', list(AclInfo))
