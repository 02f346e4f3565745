import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int64, optional, text } from '../command/field.js'

/** One record by its physical offset; the body is the record. Apache: ViewMessageRequestHeader. */
export const viewMessageById = defineCommand({
  code: RequestCode.VIEW_MESSAGE_BY_ID,
  request: {
    topic: optional(text()),
    offset: int64(),
  },
})
