import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** Figures of a running broker, for mqadmin brokerStatus. Apache: KVTable (response body). */
export const getBrokerRuntimeInfo = defineCommand({
  code: RequestCode.GET_BROKER_RUNTIME_INFO,
})
