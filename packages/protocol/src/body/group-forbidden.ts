import { bodyOf, flag, object, optional, text, type ValueOf } from './shape.js'

export const groupForbiddenShape = object({
  topic: optional(text()),
  group: optional(text()),
  readable: optional(flag()),
})

/** Whether a group may read a topic. Apache: GroupForbidden. */
export type GroupForbidden = ValueOf<typeof groupForbiddenShape>

export const { encode: encodeGroupForbidden, decode: decodeGroupForbidden } = bodyOf(
  'GroupForbidden',
  groupForbiddenShape,
)
