import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** A controller's configuration as properties text. Apache: Properties text (response body). */
export const getControllerConfig = defineCommand({
  code: RequestCode.GET_CONTROLLER_CONFIG,
})
