import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int64, text } from '../command/field.js'

/** Stops a broker inside a broker container. Apache: RemoveBrokerRequestHeader. */
export const removeBroker = defineCommand({
  code: RequestCode.REMOVE_BROKER,
  request: {
    brokerName: text(),
    brokerClusterName: text(),
    brokerId: int64(),
  },
})
