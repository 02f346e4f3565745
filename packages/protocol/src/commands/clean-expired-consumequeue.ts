import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * Deletes consume queue files whose messages are gone. Apache: MQClientAPIImpl.cleanExpiredConsumeQueue (no
 * header).
 */
export const cleanExpiredConsumequeue = defineCommand({
  code: RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE,
})
