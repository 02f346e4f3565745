import { bodyOf, list, object, text, type ValueOf } from './shape.js'

export const groupListShape = object({
  groupList: list(text()),
})

/** Names of consumer groups. Apache: GroupList. */
export type GroupList = ValueOf<typeof groupListShape>

export const { encode: encodeGroupList, decode: decodeGroupList } = bodyOf('GroupList', groupListShape)
