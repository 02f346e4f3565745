import { getAllDelayOffset } from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import type { DelayOffsets } from './delay-offsets.js'

export function delayRoutes({ delayOffsets }: { delayOffsets: DelayOffsets }): Route[] {
  // Apache: AdminBrokerProcessor.getAllDelayOffset.
  return [route(getAllDelayOffset, () => ({ body: delayOffsets.encode() }))]
}
