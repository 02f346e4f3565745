import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int64, optional, text } from '../command/field.js'

/** Forgets what a controller knows of a broker. Apache: CleanControllerBrokerDataRequestHeader. */
export const cleanBrokerData = defineCommand({
  code: RequestCode.CLEAN_BROKER_DATA,
  request: {
    clusterName: optional(text()),
    brokerName: text(),
    brokerControllerIdsToClean: optional(text()),
    isCleanLivingBroker: boolean({ default: false }),
    invokeTime: optional(int64()),
  },
})
