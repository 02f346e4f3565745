import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** Which replicas are in sync; the body lists broker names. Apache: BrokerReplicasInfo (response body). */
export const controllerGetSyncStateData = defineCommand({
  code: RequestCode.CONTROLLER_GET_SYNC_STATE_DATA,
})
