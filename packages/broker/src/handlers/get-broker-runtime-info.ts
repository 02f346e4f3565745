import { encodeKVTable, type getBrokerRuntimeInfo } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { type RuntimeInfoNeeds, runtimeInfo } from '../admin/runtime-info.js'

/** Apache: AdminBrokerProcessor.getBrokerRuntimeInfo. */
export function getBrokerRuntimeInfoHandler(needs: RuntimeInfoNeeds): HandlerOf<typeof getBrokerRuntimeInfo> {
  return async () => ({ body: encodeKVTable({ table: await runtimeInfo(needs) }) })
}
