import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** Deletes expired commit log files now. Apache: MQClientAPIImpl.deleteExpiredCommitLog (no header). */
export const deleteExpiredCommitlog = defineCommand({
  code: RequestCode.DELETE_EXPIRED_COMMITLOG,
})
