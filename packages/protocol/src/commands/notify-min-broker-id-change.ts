import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int64, optional, text } from '../command/field.js'

/**
 * The nameserver tells a broker name's members which of them is the smallest id alive. Apache:
 * NotifyMinBrokerIdChangeRequestHeader.
 */
export const notifyMinBrokerIdChange = defineCommand({
  code: RequestCode.NOTIFY_MIN_BROKER_ID_CHANGE,
  request: {
    minBrokerId: optional(int64()),
    brokerName: optional(text()),
    minBrokerAddr: optional(text()),
    offlineBrokerAddr: optional(text()),
    haBrokerAddr: optional(text()),
  },
})
