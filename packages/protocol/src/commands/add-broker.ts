import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/** Starts another broker inside a broker container. Apache: AddBrokerRequestHeader. */
export const addBroker = defineCommand({
  code: RequestCode.ADD_BROKER,
  request: {
    configPath: optional(text()),
  },
})
