import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** All clusters, brokers and their addresses. Apache: ClusterInfo (response body). */
export const getBrokerClusterInfo = defineCommand({
  code: RequestCode.GET_BROKER_CLUSTER_INFO,
})
