import type { pollingInfo } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { PopNotifier } from '../pop/pop-notifier.js'

/** How many pops wait at a queue. */
export function pollingInfoHandler({
  popNotifier,
}: {
  popNotifier: PopNotifier
}): HandlerOf<typeof pollingInfo> {
  return ({ fields }) => popNotifier.pollingInfo(fields)
}
