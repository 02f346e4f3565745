import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** The nameserver's configuration as properties text. Apache: Properties text (response body). */
export const getNamesrvConfig = defineCommand({
  code: RequestCode.GET_NAMESRV_CONFIG,
})
