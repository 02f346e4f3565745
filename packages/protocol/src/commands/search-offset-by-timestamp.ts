import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int32, int64, optional, text } from '../command/field.js'

/**
 * The offset of the message stored at a time; `boundaryType` (LOWER, UPPER; BoundaryType) chooses among equals.
 * Apache: SearchOffsetRequestHeader, SearchOffsetResponseHeader.
 */
export const searchOffsetByTimestamp = defineCommand({
  code: RequestCode.SEARCH_OFFSET_BY_TIMESTAMP,
  request: {
    topic: text(),
    liteTopic: optional(text()),
    queueId: int32(),
    timestamp: int64(),
    boundaryType: optional(text()),
    bname: optional(text()),
  },
  response: {
    offset: int64(),
  },
})
