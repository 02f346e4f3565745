import type { getAllDelayOffset } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { DelayOffsets } from '../delay/delay-offsets.js'

/** Apache: AdminBrokerProcessor.getAllDelayOffset. */
export function getAllDelayOffsetHandler({
  delayOffsets,
}: {
  delayOffsets: DelayOffsets
}): HandlerOf<typeof getAllDelayOffset> {
  return () => ({ body: delayOffsets.encode() })
}
