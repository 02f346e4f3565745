import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/**
 * Smallest offsets of several groups beside one to compare with; the body is a QueryCorrectionOffsetBody. Apache:
 * QueryCorrectionOffsetHeader.
 */
export const queryCorrectionOffset = defineCommand({
  code: RequestCode.QUERY_CORRECTION_OFFSET,
  request: {
    filterGroups: optional(text()),
    compareGroup: text(),
    topic: text(),
  },
})
