import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * Asks whether the broker can compile a filter expression; everything is in the body. Apache:
 * CheckClientRequestBody.
 */
export const checkClientConfig = defineCommand({
  code: RequestCode.CHECK_CLIENT_CONFIG,
})
