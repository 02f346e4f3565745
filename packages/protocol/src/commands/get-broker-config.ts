import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { text } from '../command/field.js'

/** The broker's configuration as properties text. Apache: GetBrokerConfigResponseHeader. */
export const getBrokerConfig = defineCommand({
  code: RequestCode.GET_BROKER_CONFIG,
  response: {
    version: text(),
  },
})
