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

/** A broker that stops unregisters. Apache: UnRegisterBrokerRequestHeader. */
export const unregisterBroker = defineCommand({
  code: RequestCode.UNREGISTER_BROKER,
  request: {
    brokerName: text(),
    brokerAddr: text(),
    clusterName: text(),
    brokerId: int64(),
  },
})

/**
 * Tells the nameserver that a broker is alive and its topics have not changed. Apache: BrokerHeartbeatRequestHeader.
 */
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

/**
 * A broker asks whether its topics differ from what the nameserver has; both bodies are a DataVersion. Apache:
 * QueryDataVersionRequestHeader, QueryDataVersionResponseHeader.
 */
export const queryDataVersion = defineCommand({
  code: RequestCode.QUERY_DATA_VERSION,
  request: {
    brokerName: text(),
    brokerAddr: text(),
    clusterName: text(),
    brokerId: int64(),
  },
  response: {
    changed: boolean(),
  },
})
