import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/** Read-ahead of the commit log's mapped files. Apache: MQClientAPIImpl.setCommitLogReadAheadMode. */
export const setCommitlogReadMode = defineCommand({
  code: RequestCode.SET_COMMITLOG_READ_MODE,
  request: {
    mode: optional(text({ wire: 'READ_AHEAD_MODE' })),
  },
})
