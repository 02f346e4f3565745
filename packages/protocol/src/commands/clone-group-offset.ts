import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, optional, text } from '../command/field.js'

/** Copies the offsets of one group to another. Apache: CloneGroupOffsetRequestHeader. */
export const cloneGroupOffset = defineCommand({
  code: RequestCode.CLONE_GROUP_OFFSET,
  request: {
    srcGroup: text(),
    destGroup: text(),
    topic: optional(text()),
    offline: boolean({ default: false }),
  },
})
