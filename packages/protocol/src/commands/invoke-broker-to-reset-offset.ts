import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, int64, optional, text } from '../command/field.js'

/**
 * Sets a group back (or forth) to a time, or one queue to an offset; the body is a ResetOffsetBody. Apache:
 * ResetOffsetRequestHeader.
 */
export const invokeBrokerToResetOffset = defineCommand({
  code: RequestCode.INVOKE_BROKER_TO_RESET_OFFSET,
  request: {
    group: text(),
    topic: text(),
    queueId: int32({ default: -1 }),
    offset: optional(int64()),
    timestamp: int64(),
    isForce: boolean(),
  },
})
