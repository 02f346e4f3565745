import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * Lifts the limit on a group's cold reads. Apache: MQClientAPIImpl.removeColdDataFlowCtrGroupConfig (body: group
 * name).
 */
export const removeColdDataFlowCtrConfig = defineCommand({
  code: RequestCode.REMOVE_COLD_DATA_FLOW_CTR_CONFIG,
})
