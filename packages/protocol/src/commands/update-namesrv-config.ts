import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** Changes the nameserver's configuration; the body is properties text. Apache: Properties text (body). */
export const updateNamesrvConfig = defineCommand({
  code: RequestCode.UPDATE_NAMESRV_CONFIG,
})
