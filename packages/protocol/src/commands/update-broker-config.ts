import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** Changes the broker's configuration; the body is properties text. Apache: Properties text (body). */
export const updateBrokerConfig = defineCommand({
  code: RequestCode.UPDATE_BROKER_CONFIG,
})
