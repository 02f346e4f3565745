import { bodyOf, list, object, optional, text, type ValueOf } from './shape.js'

export const userInfoShape = object({
  username: optional(text()),
  password: optional(text()),
  userType: optional(text()),
  userStatus: optional(text()),
})

/** A user; `userType` Super or Normal, `userStatus` enable or disable. Apache: UserInfo. */
export type UserInfo = ValueOf<typeof userInfoShape>

export const { encode: encodeUserInfo, decode: decodeUserInfo } = bodyOf('UserInfo', userInfoShape)

/** What AUTH_LIST_USER answers. */
export const { encode: encodeUserInfoList, decode: decodeUserInfoList } = bodyOf(
  'List<UserInfo>',
  list(userInfoShape),
)
