import type { cleanExpiredConsumequeue } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'

/**
 * Nothing is ever left to clean: entries of expired messages go together with the commit log file that held these.
 * Apache, where the two are separate: AdminBrokerProcessor.cleanExpiredConsumeQueue.
 */
export function cleanExpiredConsumequeueHandler(): HandlerOf<typeof cleanExpiredConsumequeue> {
  return () => ({})
}
