import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, int64, optional, text } from '../command/field.js'

/**
 * Records by key (or, with the extra field `_UNIQUE_KEY_QUERY`, by unique id) over a time range; the body is
 * records in a row. Apache: QueryMessageRequestHeader, QueryMessageResponseHeader.
 */
export const queryMessage = defineCommand({
  code: RequestCode.QUERY_MESSAGE,
  request: {
    topic: text(),
    key: text(),
    maxNum: int32(),
    beginTimestamp: int64(),
    endTimestamp: int64(),
    indexType: optional(text()),
    lastKey: optional(text()),
    uniqueKeyQuery: boolean({ wire: '_UNIQUE_KEY_QUERY', default: false }),
    bname: optional(text()),
  },
  response: {
    indexLastUpdateTimestamp: int64(),
    indexLastUpdatePhyoffset: int64(),
  },
})
