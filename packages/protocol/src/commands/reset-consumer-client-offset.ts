import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, int64, optional, text } from '../command/field.js'

/**
 * The broker tells a running consumer its new offsets; the body is a ResetOffsetBody. One-way. Apache:
 * ResetOffsetRequestHeader.
 */
export const resetConsumerClientOffset = defineCommand({
  code: RequestCode.RESET_CONSUMER_CLIENT_OFFSET,
  request: {
    group: text(),
    topic: text(),
    queueId: int32({ default: -1 }),
    offset: optional(int64()),
    timestamp: int64(),
    isForce: boolean(),
  },
})
