import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int64, text } from '../command/field.js'

/** A broker takes leave. Apache: UnRegisterBrokerRequestHeader. */
export const unregisterBroker = defineCommand({
  code: RequestCode.UNREGISTER_BROKER,
  request: {
    brokerName: text(),
    brokerAddr: text(),
    clusterName: text(),
    brokerId: int64(),
  },
})
