import { isRocketeerError } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { answerOf, isQueueRefused } from '../answers.js'
import { isNotSent } from './attempts.js'

/**
 * What the failure of a whole send means for a program that keeps the message and sends it later. A journal does this:
 *
 * | kind             | the failure                                                                     | a send   | in the journal                       |
 * | ---------------- | ------------------------------------------------------------------------------- | -------- | ------------------------------------ |
 * | `unreachable`    | no broker got the message, or the one that did is too busy                      | journals | waits                                |
 * | `perhaps-stored` | nobody knows whether it was stored                                              | journals | waits                                |
 * | `failing`        | a broker said that it failed, which may be its fault or the message's           | journals | waits, and is set aside after a time |
 * | `refused`        | refused for a reason that an operator may change: no such topic, not writable   | throws   | waits, and is set aside after a time |
 * | `final`          | refused for what the message is, or a mistake of the caller                     | throws   | is set aside                         |
 */
export type SendFailure = 'unreachable' | 'perhaps-stored' | 'failing' | 'refused' | 'final'

const REFUSED_ANSWERS: ReadonlySet<number> = new Set([
  ResponseCode.TOPIC_NOT_EXIST,
  ResponseCode.NO_PERMISSION,
  ResponseCode.NO_BUYER_ID,
  ResponseCode.NOT_IN_CURRENT_UNIT,
])

/** Which kind of failure a send rejected with. */
export function sendFailureOf(error: unknown): SendFailure {
  if (!isRocketeerError(error)) return 'final'
  if (isNotSent(error) || isRocketeerError(error, 'BROKER_BUSY')) return 'unreachable'
  if (isRocketeerError(error, 'SEND_TIMEOUT')) return error.details.sent ? 'perhaps-stored' : 'unreachable'
  if (isRocketeerError(error, 'NO_ROUTE') || isRocketeerError(error, 'ORDER_CONF_INVALID')) return 'refused'
  const answer = answerOf(error)
  if (answer === undefined) return error.retryable ? 'perhaps-stored' : 'final'
  if (REFUSED_ANSWERS.has(answer)) return 'refused'
  return answer === ResponseCode.SYSTEM_ERROR && !isQueueRefused(error) ? 'failing' : 'final'
}
