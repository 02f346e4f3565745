import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, int64, optional, text } from '../command/field.js'

/** Elects a new master, or makes a given broker one. Apache: ElectMasterRequestHeader, ElectMasterResponseHeader. */
export const controllerElectMaster = defineCommand({
  code: RequestCode.CONTROLLER_ELECT_MASTER,
  request: {
    clusterName: text(),
    brokerName: text(),
    brokerId: int64(),
    designateElect: boolean({ default: false }),
    invokeTime: optional(int64()),
  },
  response: {
    masterBrokerId: optional(int64()),
    masterAddress: optional(text()),
    masterEpoch: optional(int32()),
    syncStateSetEpoch: optional(int32()),
  },
})
