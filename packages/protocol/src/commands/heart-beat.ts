import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, optional } from '../command/field.js'

/**
 * A client names its producer and consumer groups; the body is HeartbeatData. The response's fields tell V2
 * heartbeats whether the broker knows the subscriptions already. Apache: HeartbeatRequestHeader.
 */
export const heartBeat = defineCommand({
  code: RequestCode.HEART_BEAT,
  response: {
    isSupportHeartbeatV2: optional(boolean({ wire: 'IS_SUPPORT_HEART_BEAT_V2' })),
    isSubChange: optional(boolean({ wire: 'IS_SUB_CHANGE' })),
  },
})
