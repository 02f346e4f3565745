import type { getAllMessageRequestMode } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { RequestModes } from '../assignment/request-modes.js'

/** Apache: AdminBrokerProcessor.getAllMessageRequestMode. */
export function getAllMessageRequestModeHandler({
  requestModes,
}: {
  requestModes: RequestModes
}): HandlerOf<typeof getAllMessageRequestMode> {
  return () => ({ body: requestModes.encode() })
}
