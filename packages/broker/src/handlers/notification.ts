import type { notification } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { PopNotifier } from '../pop/pop-notifier.js'

/** A proxy asks whether popping pays. */
export function notificationHandler({
  popNotifier,
}: {
  popNotifier: PopNotifier
}): HandlerOf<typeof notification> {
  return ({ fields, connection }) => popNotifier.notify(fields, connection)
}
