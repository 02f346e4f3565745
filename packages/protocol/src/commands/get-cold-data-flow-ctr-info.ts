import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * The limits on cold reads and how far they are used. Apache: MQClientAPIImpl.getColdDataFlowCtrInfo (response
 * body: JSON text).
 */
export const getColdDataFlowCtrInfo = defineCommand({
  code: RequestCode.GET_COLD_DATA_FLOW_CTR_INFO,
})
