import { RequestCode } from '../../codes/request-code.js'
import { defineCommand } from '../../command/command.js'
import { boolean, int32, int64, optional, text } from '../../command/field.js'

// Nobody sends or handles the commands of a DLedger controller yet;
// their descriptions let tests compare them with Java's classes.

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

/** Which controller leads. Apache: GetMetaDataResponseHeader. */
export const controllerGetMetadataInfo = defineCommand({
  code: RequestCode.CONTROLLER_GET_METADATA_INFO,
  response: {
    group: optional(text()),
    controllerLeaderId: optional(text()),
    controllerLeaderAddress: optional(text()),
    isLeader: boolean({ default: false }),
    peers: optional(text()),
  },
})

/** Which replicas are in sync; the body lists broker names. Apache: BrokerReplicasInfo (response body). */
export const controllerGetSyncStateData = defineCommand({
  code: RequestCode.CONTROLLER_GET_SYNC_STATE_DATA,
})

/** A controller's configuration as properties text. Apache: MQClientAPIImpl.getControllerConfig (no header). */
export const getControllerConfig = defineCommand({
  code: RequestCode.GET_CONTROLLER_CONFIG,
})

/**
 * Changes a controller's configuration; the body is properties text. Apache: MQClientAPIImpl.updateControllerConfig (no
 * header).
 */
export const updateControllerConfig = defineCommand({
  code: RequestCode.UPDATE_CONTROLLER_CONFIG,
})

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
