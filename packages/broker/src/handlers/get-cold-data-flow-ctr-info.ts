import type { getColdDataFlowCtrInfo } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'

/** No group's reads of old messages are limited, or counted. Apache: ColdDataCgCtrService.getColdDataFlowCtrInfo. */
export function getColdDataFlowCtrInfoHandler(): HandlerOf<typeof getColdDataFlowCtrInfo> {
  const body = Buffer.from(JSON.stringify({ runtimeTable: {}, configTable: {}, globalAcc: 0 }))
  return () => ({ body })
}
