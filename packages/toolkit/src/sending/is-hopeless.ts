import { isRocketeerError, sendFailureOf } from '@rocketeer/client'

/** Whether a send failed for what the message is, so that it fails however often it is tried. */
export function isHopeless(error: unknown): boolean {
  // A producer that was closed, and an error of the caller's own code, say nothing about the message.
  return isRocketeerError(error) && error.code !== 'CLOSED' && sendFailureOf(error) === 'final'
}
