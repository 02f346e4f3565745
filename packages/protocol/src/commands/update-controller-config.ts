import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** Changes a controller's configuration; the body is properties text. Apache: Properties text (body). */
export const updateControllerConfig = defineCommand({
  code: RequestCode.UPDATE_CONTROLLER_CONFIG,
})
