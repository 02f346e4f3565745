import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** How replication is doing. Apache: HARuntimeInfo (response body). */
export const getBrokerHaStatus = defineCommand({
  code: RequestCode.GET_BROKER_HA_STATUS,
})
