import type { resetMasterFlushOffset } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'

/** Concerns slaves only; a master says yes and does nothing. Apache: AdminBrokerProcessor.resetMasterFlushOffset. */
export function resetMasterFlushOffsetHandler(): HandlerOf<typeof resetMasterFlushOffset> {
  return () => ({})
}
