import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int32, int64, optional, text } from '../command/field.js'

/** A broker is alive and its topics have not changed. Apache: BrokerHeartbeatRequestHeader. */
export const brokerHeartbeat = defineCommand({
  code: RequestCode.BROKER_HEARTBEAT,
  request: {
    clusterName: text(),
    brokerAddr: text(),
    brokerName: text(),
    brokerId: optional(int64()),
    epoch: optional(int32()),
    maxOffset: optional(int64()),
    confirmOffset: optional(int64()),
    heartbeatTimeoutMills: optional(int64()),
    electionPriority: optional(int32()),
  },
})
