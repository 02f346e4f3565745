import type { popMessage } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { Popper } from '../pop/popper.js'

/** Takes messages, or waits for one. */
export function popMessageHandler({ popper }: { popper: Popper }): HandlerOf<typeof popMessage> {
  return (request) => popper.pop(request)
}
