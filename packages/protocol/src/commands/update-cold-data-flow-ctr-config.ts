import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** Limits how fast a group may read cold messages. Apache: Properties text (body). */
export const updateColdDataFlowCtrConfig = defineCommand({
  code: RequestCode.UPDATE_COLD_DATA_FLOW_CTR_CONFIG,
})
