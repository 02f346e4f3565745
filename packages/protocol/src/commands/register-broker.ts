import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, int64, optional, text } from '../command/field.js'

/**
 * A broker announces itself and its topics; the body is RegisterBrokerBody, compressed when `compressed`. The
 * response body is a KVTable. Apache: RegisterBrokerRequestHeader, RegisterBrokerResponseHeader.
 */
export const registerBroker = defineCommand({
  code: RequestCode.REGISTER_BROKER,
  request: {
    brokerName: text(),
    brokerAddr: text(),
    clusterName: text(),
    haServerAddr: text(),
    brokerId: int64(),
    heartbeatTimeoutMillis: optional(int64()),
    enableActingMaster: optional(boolean()),
    compressed: boolean({ default: false }),
    bodyCrc32: int32({ default: 0 }),
  },
  response: {
    haServerAddr: optional(text()),
    masterAddr: optional(text()),
  },
})
